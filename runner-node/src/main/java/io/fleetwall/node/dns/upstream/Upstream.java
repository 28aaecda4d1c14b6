package io.fleetwall.node.dns.upstream;

import java.net.InetSocketAddress;

/**
 * One resolver as one worker knows it: its sockets, and how it did lately.
 *
 * <p>A resolver that did not answer is asked last for a second, then two, up to half a minute: one
 * question in that time finds out whether it is back, the others lose nothing.
 */
final class Upstream {
    private static final long SECOND = 1_000_000_000L;
    private static final int LONGEST_PAUSE_SECONDS = 30;

    private final InetSocketAddress address;
    private final UpstreamSocket[] sockets;
    private int failures;
    private long pausedUntilNanos;

    Upstream(InetSocketAddress address, int sockets) {
        this.address = address;
        this.sockets = new UpstreamSocket[sockets];
    }

    InetSocketAddress address() {
        return address;
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
