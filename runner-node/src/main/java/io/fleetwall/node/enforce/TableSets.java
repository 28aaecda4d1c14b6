package io.fleetwall.node.enforce;

import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.TableSet;
import io.fleetwall.bpf.Verification;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.protocol.message.Digest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table sets of a node, one a policy digest, counted by the runners that use them. Thread-safe;
 * calls wait for the kernel.
 *
 * <p>Sets that an earlier agent left are taken over when a policy with their digest is asked for
 * again, so that a restart changes nothing in the kernel.
 */
final class TableSets {
    private static final Logger LOG = LoggerFactory.getLogger(TableSets.class);

    /** A little less than the second between two attestations. */
    private static final long BEAT_NANOS = 700_000_000;

    /** So long a comparison may keep a flip waiting. */
    private static final Duration SLICE = Duration.ofMillis(4);

    /** Enough for the largest tables: 100,000 learned addresses and as many programs. */
    private static final int SLICES = 50;

    private final DataPlane plane;
    private final NameBook names;
    private final LongSupplier boottime;
    private final Map<Digest, Shared> inUse = new HashMap<>();
    private final Map<Digest, TableSet> adopted = new HashMap<>();

    TableSets(DataPlane plane, NameBook names, LongSupplier boottime) {
        this.plane = plane;
        this.names = names;
        this.boottime = boottime;
        for (TableSet set : plane.tableSets()) {
            adopted.put(new Digest(set.digest()), set);
        }
    }

    /** A table set and what is known of it, while somebody uses it. */
    static final class Shared {
        private final Digest digest;
        private final TableSet set;
        private final LearnedBook learned;
        private int users;
        private List<String> tampered = List.of();
        private long comparedAt = System.nanoTime();

        private Shared(Digest digest, TableSet set, LearnedBook learned) {
            this.digest = digest;
            this.set = set;
            this.learned = learned;
        }

        TableSet set() {
            return set;
        }

        LearnedBook learned() {
            return learned;
        }

        /**
         * Compares the kernel's tables with what was put there; once a beat, however many runners
         * ask. On a machine without time for it, the largest tables take several beats.
         *
         * @return what somebody else changed, in words; the same again for each who asks
         */
        private synchronized List<String> compare(DataPlane plane) {
            long now = System.nanoTime();
            if (!tampered.isEmpty() || now - comparedAt < BEAT_NANOS) {
                return tampered;
            }
            comparedAt = now;
            boolean complete = false;
            for (int i = 0; i < SLICES && !complete && tampered.isEmpty(); i++) {
                Verification part = plane.verify(set, SLICE);
                tampered = part.differences();
                complete = part.complete();
            }
            return tampered;
        }
    }

    /**
     * The set of this policy, shared, adopted or built; release it once.
     *
     * @throws io.fleetwall.bpf.BpfException when the kernel refuses; nothing is left behind then
     */
    synchronized Shared acquire(CompiledPolicy policy, long revision, Digest digest) {
        Shared shared = inUse.get(digest);
        if (shared == null) {
            shared = make(policy, revision, digest);
            inUse.put(digest, shared);
        }
        shared.users++;
        return shared;
    }

    private Shared make(CompiledPolicy policy, long revision, Digest digest) {
        TableSet left = adopted.remove(digest);
        if (left != null) {
            left.expect(policy);
            return new Shared(digest, left, LearnedBook.adopted(left, names, boottime));
        }
        TableSet built = plane.build(policy, revision, digest.bytes());
        return new Shared(digest, built, new LearnedBook(built, names, boottime));
    }

    /**
     * What somebody else changed in a set that the caller uses. Such a set is not handed out any
     * more: {@link #again} builds another.
     */
    List<String> compare(Shared shared) {
        List<String> found = shared.compare(plane);
        if (!found.isEmpty()) {
            synchronized (this) {
                inUse.remove(shared.digest, shared);
            }
        }
        return found;
    }

    /** A set of the same policy as another that the caller uses; release it once. */
    Shared again(Shared tampered, CompiledPolicy policy, long revision) {
        return acquire(policy, revision, tampered.digest);
    }

    /** One user less; the last one frees the set in the kernel. */
    synchronized void release(Shared shared) {
        if (--shared.users == 0) {
            inUse.remove(shared.digest, shared);
            plane.release(shared.set);
        }
    }

    /** Frees what an earlier agent left and no runner took over. No slot may point at it. */
    synchronized void discardAdopted() {
        for (TableSet set : adopted.values()) {
            try {
                plane.release(set);
            } catch (RuntimeException e) {
                LOG.atWarn().setCause(e).log("a left table set is still in use");
            }
        }
        adopted.clear();
    }

    /** Removes long expired addresses everywhere. */
    synchronized void forgetExpired() {
        inUse.values().forEach(shared -> shared.learned.forgetExpired());
    }

    /** Sets in use. */
    synchronized int size() {
        return inUse.size();
    }

    /** Learned addresses in all sets. */
    synchronized int learned() {
        return inUse.values().stream().mapToInt(shared -> shared.learned.size()).sum();
    }
}
