package io.fleetwall.laboratory.job;

import java.util.Map;

/**
 * What came of an action.
 *
 * @param reached whether the other side answered; for a stream: whether it still runs
 * @param micros how long it took
 * @param error empty, or what went wrong as one of a few words: {@code name}, {@code refused},
 *     {@code reset}, {@code prohibited}, {@code unreachable}, {@code timeout}, {@code ended},
 *     {@code io}
 * @param detail what the other side said, or the system's own words for the error
 * @param numbers of a stream, by the names in {@link StreamNumbers}
 */
public record Observation(
        boolean reached, long micros, String error, String detail, Map<String, Long> numbers) {
    public Observation {
        numbers = Map.copyOf(numbers);
    }

    /** The time in milliseconds. */
    public double millis() {
        return micros / 1_000.0;
    }

    /** One of a stream's numbers, 0 when it has none of that name. */
    public long number(String name) {
        return numbers.getOrDefault(name, 0L);
    }
}
