package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class LeisureTest {
    private final Leisure leisure = new Leisure();
    private long asked;

    @Test
    void a_quiet_node_collects_once_some_seconds_after_its_start_and_after_each_change() {
        assertEquals(Leisure.SETTLED, beats(0, "first", 0));
        assertEquals(-1, beats(1000, "first", 0));
        assertEquals(Leisure.SETTLED, beats(0, "second", 0));
        assertEquals(-1, beats(1000, "second", 0));
    }

    @Test
    void a_busy_node_waits_for_a_quiet_second_and_a_quarter_of_a_minute_at_most() {
        assertEquals(Leisure.LATEST, beats(0, "first", Leisure.FEW_QUESTIONS + 1));
        assertEquals(-1, beats(10, "second", Leisure.FEW_QUESTIONS + 1));
        assertEquals(0, beats(0, "second", Leisure.FEW_QUESTIONS));
    }

    @Test
    void while_policies_keep_changing_nothing_is_collected() {
        for (int i = 0; i < 1000; i++) {
            assertEquals(-1, beats(Leisure.SETTLED, "policy " + i, 0));
        }
    }

    /** After how many beats the moment comes; -1 for not within so many, where that is not 0. */
    private int beats(int within, String inForce, long perSecond) {
        int most = within == 0 ? 10 * Leisure.LATEST : within;
        for (int i = 0; i < most; i++) {
            asked += perSecond;
            if (leisure.come(inForce, asked)) {
                return i;
            }
        }
        return -1;
    }
}
