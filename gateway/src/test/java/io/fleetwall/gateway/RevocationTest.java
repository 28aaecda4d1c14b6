package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.store.Stores;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.Welcome;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Stores.class)
final class RevocationTest {
    @Parameter Stores stores = Stores.SQLITE;
    @TempDir Path state;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state, stores);
    }

    private String ca() {
        return gateway.get("/api/v1/identity").body().getString("ca");
    }

    private void counted(String reason) {
        Eventually.holds(
                reason + " is counted", () -> gateway.refused(reason).orElse(0L).longValue() > 0);
    }

    @Test
    void aRevokedNodeIsCutOffStaysOutAndComesBackOnlyWithATokenOfItsOwn() throws IOException {
        var stolen = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.connect(gateway, stolen)) {
            node.say(new Hello(1, "n", UUID.randomUUID(), "test", "6.18", List.of()));
            node.next(Welcome.class);
            var answer = gateway.post("/api/v1/nodes/n/revoke", new JsonObject());
            assertEquals(200, answer.status(), answer::toString);
            assertTrue(node.next(Goodbye.class).reason().contains("revoked"));
            Eventually.holds("the link is closed", node::isClosed);
        }
        try (Socket socket = RawClient.connect(gateway, ca(), Optional.of(stolen))) {
            assertEquals(
                    "HTTP/1.1 403 Forbidden", RawClient.ask(socket, RawClient.upgrade("/link/v1")));
        }
        counted("revoked");
        assertEquals(404, gateway.post("/api/v1/nodes/m/revoke", new JsonObject()).status());
        String unbound = gateway.enrolmentToken(new JsonObject());
        String csr = TestNode.request("n", TestNode.keyPair());
        assertEquals(403, TestNode.enrol(gateway, unbound, csr).status());
        counted("enrolment");
        var fresh = TestNode.enrol(gateway, "n");
        Eventually.holds("the new certificate is good", () -> welcomed(fresh));
        assertThrows(RuntimeException.class, () -> TestNode.connect(gateway, stolen));
    }

    private boolean welcomed(TestNode.Credentials credentials) {
        try (Socket socket = RawClient.connect(gateway, ca(), Optional.of(credentials))) {
            return RawClient.ask(socket, RawClient.upgrade("/link/v1")).contains("101");
        } catch (IOException notClosed) {
            return false;
        }
    }
}
