package io.fleetwall.node.dns.upstream;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Attempts under way in the order of their deadlines, which is the order in which they began: all
 * have the same time. One timer serves them all, and an attempt that ends leaves the row at once.
 */
final class Deadlines {
    private final EventLoop loop;
    private final long timeoutNanos;
    private final Consumer<Attempt> missed;
    private @Nullable Attempt first;
    private @Nullable Attempt last;
    private boolean timed;

    Deadlines(EventLoop loop, long timeoutNanos, Consumer<Attempt> missed) {
        this.loop = loop;
        this.timeoutNanos = timeoutNanos;
        this.missed = missed;
    }

    void add(Attempt attempt) {
        attempt.deadlineNanos = attempt.sentNanos() + timeoutNanos;
        attempt.before = last;
        if (last == null) {
            first = attempt;
        } else {
            last.after = attempt;
        }
        last = attempt;
        time();
    }

    void remove(Attempt attempt) {
        Attempt before = attempt.before;
        Attempt after = attempt.after;
        if (before == null && !attempt.equals(first)) {
            return;
        }
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        attempt.before = null;
        attempt.after = null;
    }

    // What it does is told to those who wait.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void time() {
        Attempt next = first;
        if (!timed && next != null) {
            timed = true;
            long nanos = Math.max(0, next.deadlineNanos - System.nanoTime());
            loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        timed = false;
        Attempt next = first;
        while (next != null && next.deadlineNanos - System.nanoTime() <= 0) {
            remove(next);
            missed.accept(next);
            next = first;
        }
        time();
    }
}
