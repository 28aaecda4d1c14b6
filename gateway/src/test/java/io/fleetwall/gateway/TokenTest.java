package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenTest {
    @TempDir Path state;

    @Test
    void onlyTheRightTokenOpensTheApiAndHealthNeedsNone() {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            String good = gateway.token();
            String wrong = good.substring(0, good.length() - 1) + (good.endsWith("A") ? "B" : "A");
            for (String header :
                    List.of(
                            "",
                            "Bearer",
                            "Bearer ",
                            "Bearer x",
                            "Basic " + good,
                            "Bearer " + wrong)) {
                var request = gateway.anonymous("/api/v1/policies/revisions").GET();
                if (!header.isEmpty()) {
                    request.header("Authorization", header);
                }
                var refused = gateway.call(request);
                assertEquals(401, refused.status(), header);
                assertEquals("FW-A001", refused.body().getString("code"), header);
            }
            assertEquals(200, gateway.get("/api/v1/policies/revisions").status());
            assertEquals(
                    200, gateway.call(gateway.anonymous("/api/v1/health/ready").GET()).status());
            assertEquals(
                    200, gateway.call(gateway.anonymous("/api/v1/health/live").GET()).status());
        }
    }

    @Test
    void anEnrolmentTokenDoesNotOpenTheApi() {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            String enrolment = gateway.enrolmentToken(new io.vertx.core.json.JsonObject());
            var refused =
                    gateway.call(
                            gateway.anonymous("/api/v1/runners")
                                    .GET()
                                    .header("Authorization", "Bearer " + enrolment));
            assertEquals(401, refused.status());
        }
    }

    @Test
    void theStoreKnowsNoTokenAndTheStateDirectoryIsClosedToOthers() throws Exception {
        String token;
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            token = gateway.token();
        }
        String secret = token.split("_", 3)[2]; // it may hold underscores itself
        assertEquals(43, secret.length()); // 32 bytes, base64url
        try (Stream<Path> files = Files.list(state)) {
            for (Path file : files.filter(f -> f.toString().contains("fleetwall.db")).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains(secret), file::toString);
            }
        }
        assertEquals("rwx------", mode(state));
        for (String name : List.of("admin.token", "ca.key", "fleet-signing.key")) {
            assertEquals("rw-------", mode(state.resolve(name)), name);
        }
    }

    @Test
    void theFirstTokenStaysGoodOverARestart() {
        String token;
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            token = gateway.token();
        }
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            assertEquals(token, gateway.token());
            assertEquals(200, gateway.get("/api/v1/runners").status());
        }
    }

    @Test
    void theFirstTokenStaysRevokedOverARestartUntilItsFileIsTakenAway() throws Exception {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            String id = gateway.token().split("_", 3)[1];
            var revoked = gateway.call(gateway.request("/api/v1/tokens/" + id).DELETE());
            assertEquals(200, revoked.status());
        }
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            assertEquals(401, gateway.get("/api/v1/runners").status());
        }
        Files.delete(state.resolve("admin.token"));
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            assertEquals(200, gateway.get("/api/v1/runners").status());
        }
    }

    private static String mode(Path path) throws java.io.IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
