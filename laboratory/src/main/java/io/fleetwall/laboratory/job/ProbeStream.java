package io.fleetwall.laboratory.job;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * New connections in turn to a place that must be reached and to one that must not, without a pause
 * longer than 10 ms: whoever opens the wall for a moment is seen.
 */
final class ProbeStream implements Stream {
    private static final long INTERVAL_NANOS = 10_000_000;

    private final InetAddress allowed;
    private final InetAddress denied;
    private final int port;
    private final Thread prober;
    private final long startNanos = System.nanoTime();
    private long allowedPassed;
    private long allowedFailed;
    private long deniedStopped;
    private long deniedPassed;
    private long longestGapNanos;
    private String error = "";
    private volatile boolean closing;

    ProbeStream(Action.Probe probe) {
        allowed = InetAddress.ofLiteral(probe.allowed());
        denied = InetAddress.ofLiteral(probe.denied());
        port = probe.port();
        prober = Thread.ofPlatform().daemon().name("probe").start(this::run);
    }

    private void run() {
        long last = System.nanoTime();
        while (!closing) {
            Observation wanted = Attempts.observe(() -> Attempts.exchange(allowed, port, "probe"));
            Observation unwanted = Attempts.observe(() -> Attempts.exchange(denied, port, "probe"));
            long now = System.nanoTime();
            count(wanted, unwanted, now - last);
            last = now;
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
    }

    private synchronized void count(Observation wanted, Observation unwanted, long gapNanos) {
        if (wanted.reached()) {
            allowedPassed++;
        } else {
            allowedFailed++;
            error = wanted.error();
        }
        if (unwanted.reached()) {
            deniedPassed++;
        } else {
            deniedStopped++;
        }
        longestGapNanos = Math.max(longestGapNanos, gapNanos);
    }

    @Override
    public synchronized Observation look() {
        return new Observation(
                true,
                (System.nanoTime() - startNanos) / 1_000,
                error,
                "",
                Map.of(
                        StreamNumbers.ALLOWED_PASSED, allowedPassed,
                        StreamNumbers.ALLOWED_FAILED, allowedFailed,
                        StreamNumbers.DENIED_STOPPED, deniedStopped,
                        StreamNumbers.DENIED_PASSED, deniedPassed,
                        StreamNumbers.LONGEST_GAP_MICROS, longestGapNanos / 1_000));
    }

    @Override
    public void close() {
        closing = true;
        try {
            prober.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
