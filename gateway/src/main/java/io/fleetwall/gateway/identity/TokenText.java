package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A token taken apart: {@code fwt_ID_SECRET}. The id is public and finds the row, the secret has
 * 256 random bits.
 */
record TokenText(String id, String secret) {
    private static final SecureRandom RANDOM = new SecureRandom();

    static Optional<TokenText> of(String token) {
        if (!token.matches(Tokens.PREFIX + "[0-9a-f]{16}_[A-Za-z0-9_-]{43}")) {
            return Optional.empty();
        }
        return Optional.of(new TokenText(token.substring(4, 20), token.substring(21)));
    }

    static TokenText random() {
        byte[] id = new byte[8];
        byte[] secret = new byte[32];
        RANDOM.nextBytes(id);
        RANDOM.nextBytes(secret);
        return new TokenText(
                HexFormat.of().formatHex(id),
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    Secret whole() {
        return new Secret(Tokens.PREFIX + id + "_" + secret);
    }

    String hash() {
        return HexFormat.of().formatHex(Sha256.of(secret.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return "TokenText[" + id + "]";
    }
}
