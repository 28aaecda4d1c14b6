package io.fleetwall.node.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.node.event.Aggregator.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AggregatorTest {
    private final Aggregator<String> aggregator = new Aggregator<>(100);

    @Test
    void the_first_is_said_at_once_and_its_repeats_once_the_window_is_over() {
        assertEquals(Verdict.SAY, aggregator.add("a", 1, 0));
        assertEquals(Verdict.COUNTED, aggregator.add("a", 3, 10));
        assertEquals(Verdict.COUNTED, aggregator.add("a", 2, 20));
        assertEquals(Map.of(), aggregator.drain(99));
        assertEquals(Map.of("a", 5L), aggregator.drain(100));
        assertEquals(Verdict.SAY, aggregator.add("a", 1, 101));
        assertEquals(Map.of(), aggregator.drain(1000));
    }

    @Test
    void what_does_not_fit_is_counted_as_lost_and_what_is_known_still_counts() {
        for (int i = 0; i < Aggregator.CAPACITY; i++) {
            assertEquals(Verdict.SAY, aggregator.add("thing " + i, 1, 0));
        }
        assertEquals(Verdict.COUNTED, aggregator.add("one too many", 7, 1));
        aggregator.add("thing 0", 1, 1);
        assertEquals(7, aggregator.takeLost());
        assertEquals(0, aggregator.takeLost());
        assertEquals(Map.of("thing 0", 1L), aggregator.drain(200));
    }
}
