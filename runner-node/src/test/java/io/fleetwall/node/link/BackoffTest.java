package io.fleetwall.node.link;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void waits_double_with_jitter_up_to_a_limit_and_begin_anew_after_a_success() {
        Backoff backoff = new Backoff(new Random(7));
        long ceiling = 100;
        for (int i = 0; i < 20; i++) {
            long wait = backoff.next().toMillis();
            assertTrue(wait >= ceiling / 2 && wait <= ceiling, wait + " of " + ceiling);
            ceiling = Math.min(15_000, ceiling * 2);
        }
        backoff.reset();
        assertTrue(backoff.next().toMillis() <= 100);
    }

    @Test
    void two_nodes_do_not_wait_alike() {
        Backoff one = new Backoff(new Random(1));
        Backoff other = new Backoff(new Random(2));
        boolean differ = false;
        for (int i = 0; i < 10; i++) {
            differ |= !one.next().equals(other.next());
        }
        assertTrue(differ);
    }
}
