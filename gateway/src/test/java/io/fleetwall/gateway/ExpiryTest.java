package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExpiryTest {
    @TempDir Path state;

    private static boolean allowed(GatewayUnderTest gateway) {
        JsonObject question =
                new JsonObject()
                        .put("scope", new JsonObject().put("repository", "acme/api"))
                        .put("destination", new JsonObject().put("host", "registry.npmjs.org"));
        return gateway.post("/api/v1/policies:explain", question).body().getBoolean("passes");
    }

    @Test
    void anExpiredRuleIsWithdrawnByANewRevisionAndARestartDoesNotBringItBack() {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            Instant soon = Instant.now().plusMillis(2_500).truncatedTo(ChronoUnit.SECONDS);
            String policy = ALLOW_NPM + "      expires: " + soon + "\n";
            assertEquals(201, gateway.publish(policy).status());
            assertTrue(allowed(gateway));
            Eventually.holds("the expiry is a revision", () -> gateway.head() == 2);
            JsonObject head = gateway.get("/api/v1/policies/revisions/head").body();
            assertEquals("expiry", head.getString("cause"));
            assertFalse(Instant.parse(head.getString("at")).isBefore(soon));
            assertFalse(allowed(gateway));
        }
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            assertEquals(2, gateway.head());
            assertFalse(allowed(gateway));
        }
    }
}
