package io.fleetwall.bpf;

/**
 * What has begun and not ended: work that waits for the kernel outside of the data plane's lock.
 * Closing lets nothing begin any more and waits for the rest, as no table may be left in half.
 */
final class Undertakings {
    private boolean closed;
    private int underWay;

    /** Counts one more, to be followed by one {@link #end}. */
    synchronized void begin() {
        requireOpen();
        underWay++;
    }

    synchronized void end() {
        underWay--;
        notifyAll();
    }

    synchronized boolean underWay() {
        return underWay > 0;
    }

    synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    /**
     * Closes, for good. Never called under a lock that what is under way needs to end.
     *
     * @return false when it was closed
     */
    synchronized boolean close() {
        if (closed) {
            return false;
        }
        closed = true;
        boolean interrupted = false;
        while (underWay > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // tens of milliseconds; the tables must not be left in half
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
