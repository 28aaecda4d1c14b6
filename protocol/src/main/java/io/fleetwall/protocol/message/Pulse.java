package io.fleetwall.protocol.message;

import java.time.Duration;

/**
 * When a node has to speak so that it does not count as silent, and when it asks whether its
 * gateway is there. Whatever either of them says is a sign of life: a beat is due only when nothing
 * else was said for so long, so thousands that answer a rollout do not beat besides.
 *
 * <p>Times are of a monotonic clock, in nanoseconds. Not for several threads.
 */
public final class Pulse {
    /** A word of the gateway is due after so many beats; then it is asked for one. */
    private static final int ASKING_BEATS = 2;

    private final long beat;
    private long said;
    private long heard;
    private long asked;

    /** What is due. */
    public enum Due {
        NOTHING,
        /** A heartbeat. */
        BEAT,
        /** A question, which is as good as a heartbeat. */
        QUESTION,
        /** The end: two questions were not answered. */
        SILENCE
    }

    /** A link whose both sides have just spoken. */
    public Pulse(Duration beat, long now) {
        this.beat = beat.toNanos();
        said = now;
        heard = now;
        asked = now;
    }

    /** The node says something just now. */
    public void said(long now) {
        said = now;
    }

    /** The node hears something just now. */
    public void heard(long now) {
        heard = now;
    }

    /** What is due now; a question counts as asked. */
    public Due due(long now) {
        if (now - heard >= end()) {
            return Due.SILENCE;
        }
        boolean quiet = now - said >= beat;
        // Half a beat early rather than a beat and a question shortly after each other.
        if (now - question() >= (quiet ? -beat / 2 : 0)) {
            asked = now;
            return Due.QUESTION;
        }
        return quiet ? Due.BEAT : Due.NOTHING;
    }

    /** After how long something may be due next. */
    public Duration rest(long now) {
        long next = Math.min(said + beat - now, Math.min(question() - now, heard + end() - now));
        return Duration.ofNanos(Math.max(0, next));
    }

    /** When the gateway is asked next, unless it says something. */
    private long question() {
        return Math.max(heard - asked, 0) + asked + ASKING_BEATS * beat;
    }

    /** Two questions and a time to answer the second. */
    private long end() {
        return 2 * ASKING_BEATS * beat + beat;
    }
}
