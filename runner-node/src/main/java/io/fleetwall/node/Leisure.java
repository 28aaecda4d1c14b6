package io.fleetwall.node;

import java.time.Duration;

/**
 * When to collect the whole heap, told what is in force and how many questions came, at each beat
 * of a second: once after each change, when little is asked; with load that does not end, a quarter
 * of a minute after the change.
 *
 * <p>What a start or a change of policy leaves in the old generation would stay resident until so
 * much more came together; DNS itself leaves next to nothing. While policies keep changing, the
 * collector finds its moments itself.
 */
final class Leisure {
    /** Connections, caches and kernel tables of the change have settled by then. */
    static final int SETTLED = 5;

    static final int LATEST = 15;

    /**
     * A pause of a twentieth of a second meets at most about this many questions, a few ms each.
     */
    static final long FEW_QUESTIONS = 200;

    private Object inForce = Duration.ZERO; // nothing that is ever in force
    private long questions;
    private int beats;
    private boolean due;

    /**
     * Whether now is the moment.
     *
     * @param now equal to what it was while nothing changed
     * @param asked questions since the start
     */
    boolean come(Object now, long asked) {
        long lately = asked - questions;
        questions = asked;
        if (!now.equals(inForce)) {
            inForce = now;
            beats = 0;
            due = true;
            return false;
        }
        beats++;
        boolean moment = due && (beats >= LATEST || (beats >= SETTLED && lately <= FEW_QUESTIONS));
        due &= !moment;
        return moment;
    }
}
