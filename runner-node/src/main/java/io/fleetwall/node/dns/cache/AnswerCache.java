package io.fleetwall.node.dns.cache;

import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.QuestionKey;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One worker's answers, bounded by bytes. An answer is on trial until it is asked for again; when
 * room is needed, the oldest on trial goes first, so that a million names asked once push out each
 * other, and not what builds ask all day. Of the proven, the oldest goes unless its use has earned
 * it another round. A hit only counts, so that it costs no lock, no allocation and no list.
 *
 * <p>Shared by the runners of a node: policy is asked before the cache, so what one runner fetched
 * gives another nothing that its own rules do not. Belongs to one event loop; not thread-safe.
 */
public final class AnswerCache {
    /** A map entry, its place in the table, the objects' headers. */
    private static final int ENTRY_BYTES = 48;

    /** The part of the room that answers on trial always have: an eighth. */
    private static final int TRIAL_SHARE = 8;

    /** Rounds granted for one answer that needs room, so that its cost is bounded. */
    private static final int MAX_ROUNDS = 64;

    private final Map<QuestionKey, CachedAnswer> proven = new LinkedHashMap<>(1024);
    private final Map<QuestionKey, CachedAnswer> trial = new LinkedHashMap<>(1024);
    private final QuestionKey probe = QuestionKey.probe();
    private final LongSupplier nanoClock;
    private final long capacity;
    private final long graceNanos;
    private long bytes;
    private long trialBytes;

    /** A cache that gives nothing beyond its TTL. */
    public AnswerCache(long capacity, LongSupplier nanoClock) {
        this(capacity, Duration.ZERO, nanoClock);
    }

    /**
     * An empty cache.
     *
     * @param grace how long an answer may be given after its TTL while no upstream answers
     */
    public AnswerCache(long capacity, Duration grace, LongSupplier nanoClock) {
        this.capacity = capacity;
        this.graceNanos = grace.toNanos();
        this.nanoClock = nanoClock;
    }

    /** An answer with at least a second to live, or null. */
    public @Nullable CachedAnswer find(QueryView query) {
        CachedAnswer found = lookUp(query);
        if (found == null) {
            return null;
        }
        long now = nanoClock.getAsLong();
        int remaining = found.remainingSeconds(now);
        if (remaining > 0) {
            found.hit(remaining);
            if (found.hits() == 1 && trial.containsKey(probe)) {
                prove(QuestionKey.of(query), found);
            }
            return found;
        }
        if (graceNanos == 0) {
            remove(found);
        }
        return null;
    }

    /**
     * What outlived its TTL, for a question that no upstream answers; the newest answer, should
     * there be one. Kept for half a minute, so that the next client need not wait for the upstreams
     * to fail again.
     */
    public @Nullable CachedAnswer findOutlived(QueryView query) {
        CachedAnswer found = lookUp(query);
        if (found == null) {
            return null;
        }
        long now = nanoClock.getAsLong();
        if (found.remainingSeconds(now) > 0) {
            return found;
        }
        CachedAnswer outlived = found.outlived(now, graceNanos).orElse(null);
        if (outlived == null) {
            remove(found);
        } else {
            keep(QuestionKey.of(query), outlived);
        }
        return outlived;
    }

    /** Keeps an answer that may be kept (a TTL above zero) and fits. */
    public void keep(QuestionKey key, CachedAnswer answer) {
        int weight = weight(key, answer);
        if (answer.answer().ttlSeconds() < 1 || weight > capacity) {
            return;
        }
        CachedAnswer former = proven.get(key);
        if (former == null) {
            former = trial.put(key, answer);
            trialBytes += weight - (former == null ? 0 : weight(key, former));
        } else {
            proven.put(key, answer);
        }
        bytes += weight;
        if (former != null) {
            bytes -= weight(key, former);
            answer.succeed(former);
        }
        for (int rounds = 0; bytes > capacity; rounds++) {
            evict(rounds);
        }
    }

    private @Nullable CachedAnswer lookUp(QueryView query) {
        CachedAnswer found = proven.get(probe.as(query));
        return found == null ? trial.get(probe) : found;
    }

    /** From trial to the proven. */
    private void prove(QuestionKey key, CachedAnswer answer) {
        trial.remove(key);
        trialBytes -= weight(key, answer);
        proven.put(key, answer);
    }

    /** The oldest goes, or goes round once more. */
    private void evict(int rounds) {
        boolean crowded = trialBytes > capacity / TRIAL_SHARE || proven.isEmpty();
        Map<QuestionKey, CachedAnswer> from = crowded ? trial : proven;
        Iterator<Map.Entry<QuestionKey, CachedAnswer>> oldest = from.entrySet().iterator();
        Map.Entry<QuestionKey, CachedAnswer> entry = oldest.next();
        QuestionKey key = entry.getKey();
        CachedAnswer answer = entry.getValue();
        oldest.remove();
        if (crowded) {
            trialBytes -= weight(key, answer);
        } else if (answer.spendCredit() && rounds < MAX_ROUNDS) {
            proven.put(key, answer);
            return;
        }
        bytes -= weight(key, answer);
    }

    /** What the probe found. */
    private void remove(CachedAnswer found) {
        long weight = weight(probe, found);
        if (proven.remove(probe) == null && trial.remove(probe) != null) {
            trialBytes -= weight;
        }
        bytes -= weight;
    }

    public int size() {
        return proven.size() + trial.size();
    }

    /** Estimated; never above the capacity. */
    public long bytes() {
        return bytes;
    }

    private static int weight(QuestionKey key, CachedAnswer answer) {
        return ENTRY_BYTES + key.weight() + answer.weight();
    }
}
