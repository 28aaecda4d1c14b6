package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.store.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
final class RoleTest {
    private static final List<String> ROLES = List.of("viewer", "author", "approver", "admin");

    /**
     * What each request needs at least; bodies are empty, so whoever is let in gets another code.
     */
    private static final Map<String, String> NEEDED =
            Map.ofEntries(
                    Map.entry("GET /metrics", "viewer"),
                    Map.entry("POST /api/v1/policies:validate", "author"),
                    Map.entry("POST /api/v1/policies:publish", "author"),
                    Map.entry("POST /api/v1/policies:rollback", "approver"),
                    Map.entry("GET /api/v1/policies/proposals", "viewer"),
                    Map.entry("GET /api/v1/policies/proposals/p", "viewer"),
                    Map.entry("POST /api/v1/policies/proposals/p/approve", "approver"),
                    Map.entry("POST /api/v1/policies/proposals/p/reject", "approver"),
                    Map.entry("POST /api/v1/policies:explain", "viewer"),
                    Map.entry("GET /api/v1/policies/revisions", "viewer"),
                    Map.entry("GET /api/v1/policies/revisions/head", "viewer"),
                    Map.entry("GET /api/v1/nodes", "viewer"),
                    Map.entry("GET /api/v1/nodes/n", "viewer"),
                    Map.entry("GET /api/v1/runners", "viewer"),
                    Map.entry("GET /api/v1/runners/n/a", "viewer"),
                    Map.entry("GET /api/v1/rollouts/1", "viewer"),
                    Map.entry("GET /api/v1/events", "viewer"),
                    Map.entry("GET /api/v1/webhooks/deliveries", "viewer"),
                    Map.entry("POST /api/v1/webhooks:replay", "approver"),
                    Map.entry("POST /api/v1/webhooks:purge", "admin"),
                    Map.entry("POST /api/v1/webhooks:test", "approver"),
                    Map.entry("GET /api/v1/events:search", "viewer"),
                    Map.entry("GET /api/v1/events:verify", "viewer"),
                    Map.entry("GET /api/v1/mutes", "viewer"),
                    Map.entry("POST /api/v1/mutes", "approver"),
                    Map.entry("POST /api/v1/mutes:preview", "viewer"),
                    Map.entry("POST /api/v1/mutes:end", "approver"),
                    Map.entry("GET /api/v1/incidents", "viewer"),
                    Map.entry("GET /api/v1/identity", "viewer"),
                    Map.entry("POST /api/v1/enrolment-tokens", "admin"),
                    Map.entry("POST /api/v1/nodes/n/revoke", "admin"),
                    Map.entry("GET /api/v1/audit", "admin"),
                    Map.entry("GET /api/v1/tokens", "admin"),
                    Map.entry("POST /api/v1/tokens", "admin"),
                    Map.entry("DELETE /api/v1/tokens/0123", "admin"),
                    Map.entry("GET /api/v1/signing-keys", "viewer"),
                    Map.entry("POST /api/v1/signing-keys:rotate", "admin"),
                    Map.entry("POST /api/v1/signing-keys:retire", "admin"));

    @Parameter Stores stores = Stores.SQLITE;
    @TempDir Path state;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state, stores);
    }

    private JsonObject token(JsonObject grant) {
        var made = gateway.post("/api/v1/tokens", grant.put("name", "test"));
        assertEquals(201, made.status(), made::toString);
        return made.body();
    }

    private GatewayUnderTest.Response as(String token, String request) {
        String[] words = request.split(" ", 2);
        return gateway.call(
                gateway.anonymous(words[1])
                        .method(words[0], BodyPublishers.ofString("{}"))
                        .header("Authorization", "Bearer " + token));
    }

    @Test
    void everyRouteOpensForItsRoleAndThoseAboveAndForNobodyElse() {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String role : ROLES) {
            tokens.put(role, token(new JsonObject().put("role", role)).getString("token"));
        }
        NEEDED.forEach((request, least) -> {
            for (String role : ROLES) {
                var answer = as(tokens.getOrDefault(role, ""), request);
                boolean may = ROLES.indexOf(role) >= ROLES.indexOf(least);
                String what = request + " as " + role + ": " + answer;
                assertEquals(may, answer.status() != 403 && answer.status() != 401, what);
                if (!may) {
                    assertEquals("FW-A007", answer.body().getString("code"), what);
                }
            }
            assertEquals(401, as("nonsense", request).status(), request);
        });
        assertTrue(gateway.refused("role").orElse(0L) > 10);
        assertEquals(Optional.of((long) NEEDED.size()), gateway.refused("bad-token"));
    }

    @Test
    void aTokenOfOneAreaStaysInIt() {
        String scrape =
                token(
                                new JsonObject()
                                        .put("role", "admin")
                                        .put("areas", new JsonArray().add("metrics")))
                        .getString("token");
        assertEquals(200, as(scrape, "GET /metrics").status());
        for (String other : List.of("GET /api/v1/runners", "GET /api/v1/tokens")) {
            var refused = as(scrape, other);
            assertEquals(403, refused.status(), other);
            assertEquals("FW-A008", refused.body().getString("code"), other);
        }
        assertEquals(Optional.of(2L), gateway.refused("area"));
    }

    @Test
    void nobodyMakesATokenThatReachesFartherThanTheirOwn() {
        String narrow =
                token(
                                new JsonObject()
                                        .put("role", "admin")
                                        .put("areas", new JsonArray().add("identity")))
                        .getString("token");
        JsonObject wider =
                new JsonObject()
                        .put("name", "wider")
                        .put("role", "admin")
                        .put("areas", new JsonArray().add("policies"));
        var refused =
                gateway.call(
                        gateway.anonymous("/api/v1/tokens")
                                .POST(BodyPublishers.ofString(wider.encode()))
                                .header("Authorization", "Bearer " + narrow));
        assertEquals(400, refused.status());
    }

    @Test
    void aRevokedAndAnExpiredTokenAreGoodNoMore() {
        JsonObject taken = token(new JsonObject().put("role", "viewer"));
        JsonObject brief = token(new JsonObject().put("role", "viewer").put("ttlSeconds", 1));
        long expired = System.nanoTime() + Duration.ofMillis(1_100).toNanos();
        assertEquals(200, as(taken.getString("token"), "GET /api/v1/runners").status());
        String path = "/api/v1/tokens/" + taken.getString("id");
        assertEquals(200, gateway.call(gateway.request(path).DELETE()).status());
        assertEquals(401, as(taken.getString("token"), "GET /api/v1/runners").status());
        assertEquals(404, gateway.call(gateway.request(path).DELETE()).status());
        Eventually.holds("the second has expired", () -> System.nanoTime() > expired);
        assertEquals(401, as(brief.getString("token"), "GET /api/v1/runners").status());
    }

    @Test
    void theListShowsWhatATokenMayAndNeverTheTokenItself() {
        JsonObject made = token(new JsonObject().put("role", "author").put("ttlSeconds", 600));
        gateway.enrolmentToken(new JsonObject().put("node", "n1").put("uses", 3));
        JsonObject list = gateway.get("/api/v1/tokens").body();
        assertEquals(3, list.getJsonArray("tokens").size(), list::encode);
        assertTrue(list.encode().contains("\"role\":\"author\""), list::encode);
        assertTrue(list.encode().contains("\"usesLeft\":3"), list::encode);
        assertFalse(list.encode().contains("fwt_"), list::encode);
        String secret = made.getString("token").substring(21);
        assertFalse(list.encode().contains(secret), list::encode);
    }
}
