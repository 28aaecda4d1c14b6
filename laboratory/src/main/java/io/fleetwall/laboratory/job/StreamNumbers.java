package io.fleetwall.laboratory.job;

/** The names of the numbers that streams report. */
public final class StreamNumbers {
    /** Datagrams sent. */
    public static final String SENT = "sent";

    /** Chunks or datagrams received. */
    public static final String RECEIVED = "received";

    /** Numbers that never came, of those sent at least half a second ago. */
    public static final String LOST = "lost";

    /** Longest time between two that came, in microseconds. */
    public static final String LONGEST_GAP_MICROS = "longestGapMicros";

    /** When the stream broke, in microseconds since 1970; 0 while it runs. */
    public static final String BROKE_AT_MICROS = "brokeAtMicros";

    /** When the last one came, in microseconds since 1970. */
    public static final String LAST_AT_MICROS = "lastAtMicros";

    /** Attempts at the allowed place that reached it. */
    public static final String ALLOWED_PASSED = "allowedPassed";

    /** Attempts at the allowed place that did not. */
    public static final String ALLOWED_FAILED = "allowedFailed";

    /** Attempts at the denied place that were stopped. */
    public static final String DENIED_STOPPED = "deniedStopped";

    /** Attempts at the denied place that reached it. */
    public static final String DENIED_PASSED = "deniedPassed";

    private StreamNumbers() {}
}
