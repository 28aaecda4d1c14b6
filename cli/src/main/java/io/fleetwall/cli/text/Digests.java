package io.fleetwall.cli.text;

import com.fasterxml.jackson.databind.JsonNode;

/** Digests for people: enough of them to tell two apart; {@code --json} has them whole. */
public final class Digests {
    private static final int SHOWN = 12;

    private Digests() {}

    /** The first digits. */
    public static String brief(JsonNode digest) {
        String text = digest.asText();
        return text.substring(0, Math.min(SHOWN, text.length()));
    }
}
