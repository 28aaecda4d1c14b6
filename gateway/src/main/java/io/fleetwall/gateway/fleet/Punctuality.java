package io.fleetwall.gateway.fleet;

import java.time.Duration;

/**
 * Whether an event loop may call a node silent. One that comes late to its own ticks has not read
 * yet what nodes said meanwhile, and to cut them off would make more of the work it is late with.
 */
final class Punctuality {
    /** So many late ticks in a row are overlooked: a loop that is always late must judge too. */
    private static final int OVERLOOKED = 6;

    private final long periodNanos;
    private long lastNanos;
    private int late;

    /** Of a loop that ticks once a period, from now on. */
    Punctuality(Duration period, long nowNanos) {
        this.periodNanos = period.toNanos();
        this.lastNanos = nowNanos;
    }

    /** A tick; says whether silence counts now. Ticks that follow a late one at once do not. */
    boolean judges(long nowNanos) {
        long gap = nowNanos - lastNanos;
        lastNanos = nowNanos;
        if (gap < periodNanos / 2) {
            return false;
        }
        late = gap > periodNanos * 3 / 2 ? late + 1 : 0;
        boolean judges = late == 0 || late > OVERLOOKED;
        late = judges ? 0 : late;
        return judges;
    }
}
