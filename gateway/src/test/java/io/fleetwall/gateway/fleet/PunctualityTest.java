package io.fleetwall.gateway.fleet;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PunctualityTest {
    private long seconds;
    private final Punctuality loop = new Punctuality(Duration.ofSeconds(10), 0);

    private boolean tickAfter(int gap) {
        seconds += gap;
        return loop.judges(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void aLoopThatIsOnTimeJudges() {
        assertTrue(tickAfter(10));
        assertTrue(tickAfter(14));
        assertTrue(tickAfter(6));
    }

    @Test
    void aLateTickAndThoseThatMakeUpForItDoNotJudgeAndTheNextDoes() {
        assertFalse(tickAfter(40));
        assertFalse(tickAfter(0));
        assertFalse(tickAfter(1));
        assertTrue(tickAfter(10));
    }

    @Test
    void aLoopThatIsAlwaysLateJudgesOnceInAWhile() {
        for (int i = 0; i < 6; i++) {
            assertFalse(tickAfter(20));
        }
        assertTrue(tickAfter(20));
        assertFalse(tickAfter(20));
    }
}
