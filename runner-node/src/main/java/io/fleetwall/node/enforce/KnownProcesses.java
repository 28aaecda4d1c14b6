package io.fleetwall.node.enforce;

import io.fleetwall.bpf.ProcessRecord;
import io.fleetwall.protocol.event.ProcessIdentity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Processes that were looked up a moment ago. Not thread-safe.
 *
 * <p>A look-up opens half a dozen files in {@code /proc}, and a job that tries a thousand places a
 * second is one process. Names are read again after a while, as ancestors may run other programs.
 */
final class KnownProcesses {
    /** About 1 KiB each; a job of more processes at once has them looked up again. */
    static final int CAPACITY = 256;

    private final Function<ProcessRecord, ProcessIdentity> lookUp;
    private final long lifeNanos;
    private final Map<ProcessRecord, ProcessIdentity> known = new HashMap<>();
    private long since;

    KnownProcesses(Function<ProcessRecord, ProcessIdentity> lookUp, long lifeNanos) {
        this.lookUp = lookUp;
        this.lifeNanos = lifeNanos;
    }

    /** What may be told of a process. */
    Optional<ProcessIdentity> of(Optional<ProcessRecord> process, long now) {
        if (known.size() >= CAPACITY || now - since > lifeNanos) {
            known.clear();
            since = now;
        }
        return process.map(one -> known.computeIfAbsent(one, lookUp));
    }
}
