package io.fleetwall.node.dns.budget;

import java.util.HashSet;
import java.util.Set;

/**
 * What was asked in one zone in the present minute. Overdrawn, it is closed for ten minutes: names
 * seen before still pass, so that a build goes on, and new ones do not, which ends a tunnel.
 */
final class ZoneBudget {
    private static final long WINDOW_NANOS = 60_000_000_000L;
    private static final long CLOSED_NANOS = 600_000_000_000L;

    private final BudgetSettings settings;
    private final Set<Long> names = new HashSet<>();
    private long endNanos;
    private double bytes;
    private int questions;
    private boolean closed;

    ZoneBudget(BudgetSettings settings, long nowNanos) {
        this.settings = settings;
        this.endNanos = nowNanos + WINDOW_NANOS;
    }

    /**
     * Whether one more question fits.
     *
     * @param name a number that no other name has
     * @param content bytes of information in its labels below the zone
     */
    boolean admits(long name, double content, long nowNanos) {
        if (nowNanos - endNanos >= 0) {
            renew(nowNanos);
        }
        boolean known = names.contains(name);
        if (!closed && overdraws(known, content)) {
            closed = true;
            endNanos = nowNanos + CLOSED_NANOS;
        }
        if (closed) {
            return known && questions++ < settings.questions();
        }
        questions++;
        if (names.add(name)) {
            bytes += content;
        }
        return true;
    }

    private boolean overdraws(boolean known, double content) {
        boolean news = !known && names.size() >= settings.names();
        boolean more = !known && bytes + content > settings.bytes();
        return news || more || questions >= settings.questions();
    }

    private void renew(long nowNanos) {
        names.clear();
        bytes = 0;
        questions = 0;
        closed = false;
        endNanos = nowNanos + WINDOW_NANOS;
    }

    boolean closedAt(long nowNanos) {
        return closed && nowNanos - endNanos < 0;
    }

    boolean closed() {
        return closed;
    }
}
