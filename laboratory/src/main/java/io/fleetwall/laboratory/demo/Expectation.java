package io.fleetwall.laboratory.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One thing that must be so, and how it was.
 *
 * @param text what must be so
 * @param met whether it was
 * @param millis how long it took, null when time does not matter
 * @param limitMillis how long it may take, null when time does not matter
 * @param detail what was seen
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Expectation(
        String text,
        boolean met,
        @Nullable Double millis,
        @Nullable Double limitMillis,
        String detail) {
    /** Must be so, whenever. */
    static Expectation that(String text, boolean met, String detail) {
        return new Expectation(text, met, null, null, detail);
    }

    /** What must be so, and soon. */
    record Timed(String text, double limitMillis) {
        Expectation took(double millis, boolean met, String detail) {
            return new Expectation(text, met && millis <= limitMillis, millis, limitMillis, detail);
        }
    }

    /** Must be so within a time. */
    static Timed within(double limitMillis, String text) {
        return new Timed(text, limitMillis);
    }
}
