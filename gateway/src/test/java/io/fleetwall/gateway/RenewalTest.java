package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.TestNode.Credentials;
import io.fleetwall.gateway.TestNode.EnrolmentAnswer;
import io.fleetwall.gateway.store.Stores;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Stores.class)
final class RenewalTest {
    @Parameter Stores stores = Stores.SQLITE;
    @TempDir Path state;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state, stores);
    }

    @Test
    void aNodeGetsItsNextCertificateForTheOneItHasAndNobodyElseDoes() {
        Credentials first = TestNode.enrol(gateway, "n");
        Credentials second = renewed(first);
        assertNotEquals(first.certificate(), second.certificate());
        assertEquals(
                first.answer().getJsonArray("signingKeys"),
                second.answer().getJsonArray("signingKeys"));
        assertTrue(welcomed(second));
        String mine = TestNode.request("n", TestNode.keyPair());
        assertEquals(403, TestNode.renew(gateway, Optional.empty(), mine).status());
        String anothers = TestNode.request("m", TestNode.keyPair());
        assertEquals(403, TestNode.renew(gateway, Optional.of(first), anothers).status());
        assertEquals(400, TestNode.renew(gateway, Optional.of(first), "no request").status());
        assertEquals(2L, gateway.refused("enrolment").orElse(0L).longValue());
    }

    @Test
    void aRevokedNodeRenewsNothingAndOneLetInAgainRenewsOnlyItsNewCertificate() {
        Credentials stolen = TestNode.enrol(gateway, "n");
        assertEquals(200, gateway.post("/api/v1/nodes/n/revoke", new JsonObject()).status());
        String csr = TestNode.request("n", TestNode.keyPair());
        assertEquals(403, TestNode.renew(gateway, Optional.of(stolen), csr).status());
        Credentials fresh = TestNode.enrol(gateway, "n");
        Credentials next = renewed(fresh);
        assertEquals(403, TestNode.renew(gateway, Optional.of(stolen), csr).status());
        Eventually.holds("the renewed certificate is good", () -> welcomed(next));
        Eventually.holds("the one before is not", () -> !welcomed(fresh));
    }

    @Test
    void eachCertificateHasItsOwnLimitWhateverAddressItComesFrom() {
        Credentials hasty = TestNode.enrol(gateway, "hasty");
        Credentials calm = TestNode.enrol(gateway, "calm");
        int tries = 0;
        while (TestNode.renew(gateway, Optional.of(hasty), "no request").status() != 429) {
            tries++;
            assertTrue(tries < 20, "no limit");
        }
        renewed(calm);
        assertTrue(gateway.refused("rate").orElse(0L) >= 1);
    }

    private Credentials renewed(Credentials shown) {
        KeyPair pair = TestNode.keyPair();
        EnrolmentAnswer answer =
                TestNode.renew(gateway, Optional.of(shown), TestNode.request(shown.node(), pair));
        assertEquals(200, answer.status(), answer::toString);
        return new Credentials(
                shown.node(),
                TestNode.pem("PRIVATE KEY", pair.getPrivate().getEncoded()),
                answer.body());
    }

    private boolean welcomed(Credentials credentials) {
        String ca = gateway.get("/api/v1/identity").body().getString("ca");
        try (Socket socket = RawClient.connect(gateway, ca, Optional.of(credentials))) {
            return RawClient.ask(socket, RawClient.upgrade("/link/v1")).contains("101");
        } catch (IOException notLetIn) {
            return false;
        }
    }
}
