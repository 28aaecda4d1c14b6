package io.fleetwall.gateway.condition;

import java.util.Locale;
import java.util.Optional;

/** How much an event matters, least first. */
public enum Severity {
    INFO(0),
    LOW(1),
    MEDIUM(2),
    HIGH(3),
    CRITICAL(4);

    private final int rank;

    Severity(int rank) {
        this.rank = rank;
    }

    /** 0 for what matters least, 4 for what matters most. */
    public int rank() {
        return rank;
    }

    /** The name in settings and payloads. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The severity with this name. */
    public static Optional<Severity> of(String text) {
        for (Severity severity : values()) {
            if (severity.text().equals(text)) {
                return Optional.of(severity);
            }
        }
        return Optional.empty();
    }
}
