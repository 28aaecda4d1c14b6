package io.fleetwall.node.dns.upstream;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One resolver as one worker knows it: its sockets, and how it did lately.
 *
 * <p>A resolver that did not answer is asked last for a second, then two, up to half a minute: one
 * question in that time finds out whether it is back, the others lose nothing.
 */
final class Upstream {
    private static final long SECOND = 1_000_000_000L;
    private static final int LONGEST_PAUSE_SECONDS = 30;

    private final UpstreamFigures.OfUpstream figures;
    private final UpstreamSocket[] sockets;
    private @Nullable TlsLinks links;
    private int failures;
    private long pausedUntilNanos;

    Upstream(UpstreamFigures.OfUpstream figures, int sockets) {
        this.figures = figures;
        this.sockets = new UpstreamSocket[sockets];
    }

    InetSocketAddress address() {
        return resolver().address();
    }

    Resolver resolver() {
        return figures.resolver();
    }

    UpstreamFigures.OfUpstream figures() {
        return figures;
    }

    /** With these it is asked over TLS, and in no other way. */
    void only(TlsLinks secured) {
        links = secured;
    }

    /** Null of one that is asked over UDP and TCP. */
    @Nullable TlsLinks links() {
        return links;
    }

    UpstreamSocket[] sockets() {
        return sockets;
    }

    boolean paused(long nowNanos) {
        return failures > 0 && nowNanos - pausedUntilNanos < 0;
    }

    void answered() {
        failures = 0;
    }

    void failed(long nowNanos) {
        int pause = Math.min(LONGEST_PAUSE_SECONDS, 1 << Math.min(failures, 5));
        failures++;
        pausedUntilNanos = nowNanos + pause * SECOND;
    }
}
