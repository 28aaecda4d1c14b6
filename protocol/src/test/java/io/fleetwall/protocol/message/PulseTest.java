package io.fleetwall.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.protocol.message.Pulse.Due;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class PulseTest {
    private static final long BEAT = Duration.ofSeconds(2).toNanos();
    private static final long START = Long.MAX_VALUE - BEAT;

    private final Pulse pulse = new Pulse(Duration.ofSeconds(2), START);
    private final List<String> spoken = new ArrayList<>();

    /** Lives until a time; what was said, and at which beat. */
    private void live(long until, LongConsumer answer) {
        long now = START;
        while (now - START < until) {
            now += pulse.rest(now).toNanos();
            Due due = pulse.due(now);
            if (due != Due.NOTHING) {
                spoken.add(due + " " + (now - START) / (double) BEAT);
                pulse.said(now);
            }
            if (due == Due.QUESTION) {
                answer.accept(now);
            }
            if (due == Due.SILENCE) {
                return;
            }
        }
    }

    @Test
    void who_has_nothing_to_say_beats_and_asks_in_turns() {
        live(4 * BEAT, now -> pulse.heard(now + 1_000_000));
        assertEquals(List.of("BEAT 1.0", "QUESTION 2.0", "BEAT 3.0", "QUESTION 4.0"), spoken);
    }

    @Test
    void two_questions_without_an_answer_are_the_end() {
        live(20 * BEAT, now -> {});
        assertEquals(
                List.of("BEAT 1.0", "QUESTION 2.0", "BEAT 3.0", "QUESTION 4.0", "SILENCE 5.0"),
                spoken);
    }

    @Test
    void who_talks_and_is_answered_does_not_beat() {
        long step = BEAT * 3 / 4;
        for (long now = START + step; now - START < 20 * BEAT; now += step) {
            assertEquals(Due.NOTHING, pulse.due(now));
            pulse.said(now);
            pulse.heard(now);
            assertEquals(Duration.ofNanos(BEAT), pulse.rest(now));
        }
    }

    @Test
    void who_only_listens_beats_and_does_not_ask() {
        long step = BEAT / 2;
        for (int i = 1; i <= 12; i++) {
            long now = START + i * step;
            Due due = pulse.due(now);
            assertEquals(i % 2 == 0 ? Due.BEAT : Due.NOTHING, due);
            if (due == Due.BEAT) {
                pulse.said(now);
            }
            pulse.heard(now);
        }
    }

    @Test
    void who_only_talks_asks_all_the_same_and_finds_that_nobody_is_there() {
        long step = BEAT / 4;
        for (int i = 1; spoken.size() < 3; i++) {
            Due due = pulse.due(START + i * step);
            if (due != Due.NOTHING) {
                spoken.add(due + " " + i / 4.0);
            }
            pulse.said(START + i * step);
        }
        assertEquals(List.of("QUESTION 2.0", "QUESTION 4.0", "SILENCE 5.0"), spoken);
    }
}
