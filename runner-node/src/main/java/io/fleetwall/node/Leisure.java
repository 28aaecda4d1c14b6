package io.fleetwall.node;

import java.time.Duration;

/**
 * When to collect the whole heap, told at each beat of a second what is in force, how many
 * questions came and how large the heap is: once after each change and each time it has grown by
 * {@link #GROWN}, when little is asked; with load that does not end, a quarter of a minute later.
 *
 * <p>What a start or a change of policy leaves in the old generation would stay resident until as
 * much again came together; what DNS leaves is so little that it takes minutes at full load. While
 * policies keep changing, the collector finds its moments itself.
 */
final class Leisure {
    /** Connections, caches and kernel tables of the change have settled by then. */
    static final int SETTLED = 5;

    static final int LATEST = 15;

    /**
     * A pause of a twentieth of a second meets at most about this many questions, a few ms each.
     */
    static final long FEW_QUESTIONS = 200;

    /** Bytes. */
    static final long GROWN = 6 << 20;

    private Object inForce = Duration.ZERO; // nothing that is ever in force
    private long questions;
    private long smallest = Long.MAX_VALUE;
    private int beats;
    private boolean due;

    /**
     * Whether now is the moment.
     *
     * @param now equal to what it was while nothing changed
     * @param asked questions since the start
     * @param heap bytes of the heap that the process holds
     */
    boolean come(Object now, long asked, long heap) {
        long lately = asked - questions;
        questions = asked;
        smallest = Math.min(smallest, heap);
        if (!now.equals(inForce)) {
            inForce = now;
            begin();
            return false;
        }
        if (!due && heap - smallest >= GROWN) {
            begin();
        }
        beats++;
        boolean moment = due && (beats >= LATEST || (beats >= SETTLED && lately <= FEW_QUESTIONS));
        due &= !moment;
        return moment;
    }

    private void begin() {
        beats = 0;
        due = true;
    }

    /** It was collected, and has so many bytes now, however many it had at its smallest. */
    void collected(long heap) {
        smallest = heap;
    }
}
