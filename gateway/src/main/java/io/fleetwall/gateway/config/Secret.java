package io.fleetwall.gateway.config;

/**
 * A text that must not appear in a log, an error or an answer. Its {@code toString} hides it, so
 * that printing the settings is safe.
 *
 * @param reveal the text
 */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "(secret)";
    }
}
