package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.GatewayConfig.KeySource;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OidcTest {
    @TempDir Path state;
    @TempDir Path elsewhere;

    private GatewayUnderTest start(KeySource keys) {
        return GatewayUnderTest.start(
                state, config -> GatewayUnderTest.trusting(config, settings(keys)));
    }

    private static GatewayConfig.Oidc settings(KeySource keys) {
        return new GatewayConfig.Oidc(
                IdentityProvider.ISSUER,
                IdentityProvider.AUDIENCE,
                keys,
                "realm.roles",
                Map.of("viewer", Set.of("everyone"), "admin", Set.of("platform")));
    }

    private static int status(GatewayUnderTest gateway, String path, String token) {
        return gateway.call(
                        gateway.anonymous(path).GET().header("Authorization", "Bearer " + token))
                .status();
    }

    @Test
    void aClaimOfTheProvidersTokenBecomesARole() throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                GatewayUnderTest gateway = start(new KeySource.Address(provider.address()))) {
            String viewer = provider.sign(provider.claims("everyone"));
            String admin = provider.sign(provider.claims("everyone", "platform"));
            assertEquals(200, status(gateway, "/api/v1/runners", viewer));
            assertEquals(403, status(gateway, "/api/v1/tokens", viewer));
            assertEquals(200, status(gateway, "/api/v1/tokens", admin));
            assertEquals(
                    401,
                    status(gateway, "/api/v1/runners", provider.sign(provider.claims("nobody"))));
            assertEquals(1, provider.asked(), "keys are read once, not with each request");
        }
    }

    @Test
    void whatTheProviderDidNotSignForThisGatewayAndThisMomentIsRefused() throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                GatewayUnderTest gateway = start(new KeySource.Address(provider.address()))) {
            JsonObject good = provider.claims("platform");
            long now = Instant.now().getEpochSecond();
            List<String> bad =
                    List.of(
                            provider.sign(good.copy().put("iss", "https://evil.example")),
                            provider.sign(good.copy().put("aud", "another-service")),
                            provider.sign(good.copy().put("exp", now - 3_600)),
                            provider.sign(good.copy().put("nbf", now + 3_600)),
                            provider.sign(without(good, "exp")),
                            provider.sign(without(good, "aud")),
                            provider.sign(without(good, "iss")),
                            provider.sign(without(good, "sub")),
                            IdentityProvider.sign(good, IdentityProvider.Key.make("k1")),
                            unsigned(good, "none"),
                            unsigned(good, "None"),
                            shared(good),
                            "a.b.c",
                            "..",
                            "x".repeat(4_000));
            for (String token : bad) {
                String brief = token.substring(0, Math.min(80, token.length()));
                assertEquals(401, status(gateway, "/api/v1/runners", token), brief);
            }
            assertEquals(200, status(gateway, "/api/v1/runners", provider.sign(good)));
            assertTrue(provider.asked() <= 2, "forged tokens do not make the provider a target");
        }
    }

    @Test
    void aKeyFileServesWhereTheProviderCannotBeReached() throws Exception {
        try (IdentityProvider provider = new IdentityProvider()) {
            Path file = elsewhere.resolve("jwks.json");
            Files.writeString(file, provider.jwks().encode());
            try (GatewayUnderTest gateway = start(new KeySource.File(file))) {
                String token = provider.sign(provider.claims("everyone"));
                assertEquals(200, status(gateway, "/api/v1/runners", token));
                assertEquals(0, provider.asked());
            }
            Files.delete(file);
        }
    }

    @Test
    void withoutAProviderAJwtIsJustABadToken() throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            String token = provider.sign(provider.claims("platform"));
            assertEquals(401, status(gateway, "/api/v1/runners", token));
            assertEquals(Optional.of(1L), gateway.refused("bad-token"));
        }
    }

    private static JsonObject without(JsonObject claims, String name) {
        JsonObject copy = claims.copy();
        copy.remove(name);
        return copy;
    }

    private static String unsigned(JsonObject claims, String algorithm) {
        return IdentityProvider.text(new JsonObject().put("alg", algorithm).encode())
                + "."
                + IdentityProvider.text(claims.encode())
                + ".";
    }

    /** Signed with the secret that the provider's public document shows. */
    private static String shared(JsonObject claims) throws GeneralSecurityException {
        JsonObject header = new JsonObject().put("alg", "HS256").put("kid", "shared");
        String signed =
                IdentityProvider.text(header.encode())
                        + "."
                        + IdentityProvider.text(claims.encode());
        Mac mac = Mac.getInstance("HmacSHA256");
        byte[] secret = "everybody can read this".getBytes(StandardCharsets.UTF_8);
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return signed
                + "."
                + IdentityProvider.base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }
}
