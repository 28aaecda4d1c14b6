package io.fleetwall.gateway.sink;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How long a receiver wants to be left alone (RFC 9110, 10.2.3): in seconds, or until a date. */
final class RetryAfter {
    private RetryAfter() {}

    /** Empty when it is neither; nothing at all for a date that has passed. */
    static Optional<Duration> read(String text, Instant now) {
        if (text.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant until =
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return Optional.of(
                    Duration.between(now, until).isNegative()
                            ? Duration.ZERO
                            : Duration.between(now, until));
        } catch (DateTimeException neither) {
            return Optional.empty();
        }
    }
}
