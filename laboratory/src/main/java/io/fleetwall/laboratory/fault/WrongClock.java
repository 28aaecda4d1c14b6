package io.fleetwall.laboratory.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine whose clock is off: its programs are told another time of day. How long something takes
 * (the monotonic clock) stays true, as it does on a machine whose clock was set wrongly.
 *
 * @param ahead negative when it is behind
 */
public record WrongClock(Duration ahead) {
    /** Debian's package {@code faketime}; the loader puts the machine's library directory in. */
    private static final String LIBRARY = "/usr/$LIB/faketime/libfaketimeMT.so.1";

    /** A clock that is right. */
    public static final WrongClock RIGHT = new WrongClock(Duration.ZERO);

    /** A command line whose program lives by this clock. */
    public List<String> under(List<String> command) {
        if (ahead.isZero()) {
            return command;
        }
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "env",
                                "LD_PRELOAD=" + LIBRARY,
                                "FAKETIME=" + (ahead.isNegative() ? "" : "+") + ahead.toSeconds(),
                                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                                // Else every wait with a limit ends at once, as of a JVM's locks.
                                "FAKETIME_FORCE_MONOTONIC_FIX=0"));
        words.addAll(command);
        return List.copyOf(words);
    }
}
