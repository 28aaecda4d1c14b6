package io.fleetwall.bpf;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@link Processes} while they begin, on a thread of their own: enforcement needs none of it and
 * nothing waits for it, though the kernel takes longer to take in its programs than an agent takes
 * to adopt everything else. Who asks waits; whatever is missing is only told.
 */
final class Attributing implements AutoCloseable {
    private final Thread beginning;
    private @Nullable Processes processes;
    private @Nullable BpfException missing;

    /** Begins. */
    Attributing(PinDirectory pins) {
        beginning = Thread.ofPlatform().name("processes").daemon().start(() -> begin(pins));
    }

    private void begin(PinDirectory pins) {
        try {
            processes = Processes.open(pins);
        } catch (BpfException e) {
            missing = e;
        } catch (RuntimeException e) {
            missing = new BpfException(0, "begin", "naming processes", String.valueOf(e));
            missing.initCause(e);
        }
    }

    /** Waits until it has begun, or failed. */
    void await() {
        boolean interrupted = false;
        while (beginning.isAlive()) {
            try {
                beginning.join();
            } catch (InterruptedException e) {
                interrupted = true; // a tenth of a second; pins must not be left in half
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The process behind a socket. */
    Optional<ProcessRecord> of(long socket) {
        await();
        Processes known = processes;
        return known == null || socket == 0 ? Optional.empty() : known.of(socket);
    }

    /** Why processes are not known on this machine; empty when they are. */
    Optional<BpfException> missing() {
        await();
        return Optional.ofNullable(missing);
    }

    @Override
    public void close() {
        await();
        if (processes != null) {
            processes.close();
        }
    }
}
