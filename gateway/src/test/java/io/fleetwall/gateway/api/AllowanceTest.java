package io.fleetwall.gateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AllowanceTest {
    private long now;
    private final Allowance allowance = new Allowance(30, 60, () -> now);

    private void passes(Duration time) {
        now += time.toNanos();
    }

    @Test
    void aBucketEmptiesFillsSteadilyAndSaysSo() {
        for (int left = 29; left >= 0; left--) {
            assertEquals(new Allowance.Taken(true, 30, left, 0, 30 - left), allowance.take("a"));
        }
        assertEquals(new Allowance.Taken(false, 30, 0, 1, 30), allowance.take("a"));
        assertTrue(allowance.take("b").granted());
        passes(Duration.ofMillis(999));
        assertFalse(allowance.take("a").granted());
        passes(Duration.ofMillis(1));
        assertTrue(allowance.take("a").granted());
        assertFalse(allowance.take("a").granted());
        passes(Duration.ofHours(1));
        assertEquals(29, allowance.take("a").left());
    }

    @Test
    void aFloodOfStrangersIsLimitedAsOneAndForgetsNobody() {
        while (allowance.take("known").granted()) {
            // until it is empty
        }
        int granted = 0;
        for (int i = 0; i < 10_000; i++) {
            granted += allowance.take("stranger-" + i).granted() ? 1 : 0;
        }
        assertEquals(4_095 + 30, granted);
        assertFalse(allowance.take("known").granted());
        passes(Duration.ofMinutes(1));
        assertTrue(allowance.take("another").granted());
    }
}
