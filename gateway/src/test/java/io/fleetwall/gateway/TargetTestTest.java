package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.Secret;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test of a target is an administrative act: it makes somebody's pager ring. */
final class TargetTestTest {
    @TempDir Path state;

    @Test
    void itIsWrittenDownWhoAskedForOneAndOfWhichTarget() {
        GatewayConfig.Target archive =
                new GatewayConfig.Target(
                        "archive",
                        GatewayConfig.Format.FILE,
                        new Secret("file://" + state.resolve("events.ndjson")),
                        Optional.empty(),
                        Set.of("*"));
        var webhooks =
                new GatewayConfig.Webhooks(List.of(), Duration.ofSeconds(30), List.of(archive));
        try (GatewayUnderTest gateway =
                GatewayUnderTest.start(
                        state, config -> GatewayUnderTest.alerting(config, webhooks))) {
            String path = "/api/v1/webhooks:test";
            assertEquals(404, gateway.post(path, new JsonObject().put("target", "none")).status());
            var asked = gateway.post(path, new JsonObject().put("target", "archive"));
            assertEquals(201, asked.status(), asked::toString);
            List<JsonObject> acts =
                    gateway.get("/api/v1/audit?limit=20").body().getJsonArray("acts").stream()
                            .map(JsonObject.class::cast)
                            .filter(act -> act.getString("act").equals("webhook.test"))
                            .toList();
            assertEquals(1, acts.size(), acts::toString);
            assertEquals("archive", acts.getFirst().getString("subject"));
            assertEquals(
                    asked.body().getString("id"),
                    acts.getFirst().getJsonObject("detail").getString("delivery"));
        }
    }
}
