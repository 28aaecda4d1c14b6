package io.fleetwall.gateway.baseline;

import io.fleetwall.gateway.identity.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What nodes and jobs name things, as every store can index it: PostgreSQL takes 2,704 bytes in all
 * and no NUL. A longer text ends with its own digest instead, so that two stay two.
 */
final class KeyText {
    /** As long as a host name; three of them are at most 2,295 bytes. */
    private static final int LONGEST = 255;

    private static final int BEGINNING = 220;
    private static final int DIGITS = 32;

    private KeyText() {}

    static String of(String text) {
        String clean = text.replace('\0', '\uFFFD');
        if (clean.length() <= LONGEST) {
            return clean;
        }
        String digest = HexFormat.of().formatHex(Sha256.of(clean.getBytes(StandardCharsets.UTF_8)));
        return clean.substring(0, BEGINNING) + "…" + digest.substring(0, DIGITS);
    }
}
