package io.fleetwall.node.dns.upstream;

import io.fleetwall.node.dns.wire.SentQuestion;
import org.jspecify.annotations.Nullable;

/** One question sent to one upstream. Over at the first of: answer, error, timeout. */
final class Attempt {
    /** How the question travels. */
    enum Transit {
        UDP,
        TCP,
        TLS
    }

    private final Exchange exchange;
    private final Upstream upstream;
    private final SentQuestion sent;
    private final Transit transit;
    private final long sentNanos = System.nanoTime();
    private @Nullable Runnable release;
    private boolean over;

    /** Its place in {@link Deadlines}. */
    long deadlineNanos;

    @Nullable Attempt before;
    @Nullable Attempt after;

    Attempt(Exchange exchange, Upstream upstream, SentQuestion sent, Transit transit) {
        this.exchange = exchange;
        this.upstream = upstream;
        this.sent = sent;
        this.transit = transit;
    }

    Exchange exchange() {
        return exchange;
    }

    Upstream upstream() {
        return upstream;
    }

    SentQuestion sent() {
        return sent;
    }

    Transit transit() {
        return transit;
    }

    long sentNanos() {
        return sentNanos;
    }

    /** What gives back the socket. */
    void onEnd(Runnable action) {
        release = action;
    }

    /** True once: whoever ends an attempt decides what follows. */
    boolean end() {
        if (over) {
            return false;
        }
        over = true;
        if (release != null) {
            release.run();
        }
        return true;
    }
}
