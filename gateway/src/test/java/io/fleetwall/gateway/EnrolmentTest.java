package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a token of enrolment lets in, and how often. */
final class EnrolmentTest {
    @TempDir Path state;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state);
    }

    @Test
    void enrolmentTokensAreSingleUseBoundAndExpire() {
        String once = gateway.enrolmentToken(new JsonObject());
        String csr = TestNode.request("one", TestNode.keyPair());
        assertEquals(200, TestNode.enrol(gateway, once, csr).status());
        assertEquals(403, TestNode.enrol(gateway, once, csr).status());
        String bound = gateway.enrolmentToken(new JsonObject().put("node", "two"));
        String wrong = TestNode.request("three", TestNode.keyPair());
        assertEquals(403, TestNode.enrol(gateway, bound, wrong).status());
        String right = TestNode.request("two", TestNode.keyPair());
        assertEquals(200, TestNode.enrol(gateway, bound, right).status());
        String brief = gateway.enrolmentToken(new JsonObject().put("ttlSeconds", 1));
        String late = TestNode.request("four", TestNode.keyPair());
        long expired = System.nanoTime() + 1_100_000_000L;
        Eventually.holds("the token has expired", () -> System.nanoTime() > expired);
        assertEquals(403, TestNode.enrol(gateway, brief, late).status());
        String admin = gateway.token();
        assertEquals(403, TestNode.enrol(gateway, admin, late).status());
    }

    @Test
    void anUnboundTokenCannotTakeOverANodeThatExists() {
        TestNode.enrol(gateway, "n");
        String unbound = gateway.enrolmentToken(new JsonObject());
        String csr = TestNode.request("n", TestNode.keyPair());
        assertEquals(403, TestNode.enrol(gateway, unbound, csr).status());
        String fresh = TestNode.request("m", TestNode.keyPair());
        assertEquals(200, TestNode.enrol(gateway, unbound, fresh).status());
    }

    @Test
    void anUnusableRequestIsRefusedAndDoesNotUseTheTokenUp() {
        String token = gateway.enrolmentToken(new JsonObject());
        assertEquals(400, TestNode.enrol(gateway, token, "nonsense").status());
        String badName = TestNode.request("no spaces please", TestNode.keyPair());
        assertEquals(400, TestNode.enrol(gateway, token, badName).status());
        String good = TestNode.request("n", TestNode.keyPair());
        assertEquals(200, TestNode.enrol(gateway, token, good).status());
    }
}
