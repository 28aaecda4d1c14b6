package io.fleetwall.node.dns.cache;

import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.QueryView;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One worker's answers, bounded by bytes. An answer is on trial until it is asked for again; when
 * room is needed, the oldest on trial goes first, so that a million names asked once push out each
 * other, and not what builds ask all day. Of the proven, the oldest goes unless its use has earned
 * it another round. A hit only counts, so that it costs no lock, no allocation and no list.
 *
 * <p>Shared by the runners of a node: policy is asked before the cache, so what one runner fetched
 * gives another nothing that its own rules do not. Belongs to one event loop; not thread-safe. What
 * it gives out is the caller's until the next answer is kept.
 */
public final class AnswerCache {
    /** The part of the room that answers on trial always have: an eighth. */
    private static final int TRIAL_SHARE = 8;

    /** The part of the room that is for answers which went. */
    private static final int SPARE_SHARE = 64;

    /** Rounds granted for one answer that needs room, so that its cost is bounded. */
    private static final int MAX_ROUNDS = 64;

    private final AnswerTable table = new AnswerTable();
    private final AnswerQueue proven = new AnswerQueue();
    private final AnswerQueue trial = new AnswerQueue();
    private final Spares spares;
    private final LongSupplier nanoClock;
    private final long capacity;
    private final long graceNanos;

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
        this.capacity = capacity - capacity / SPARE_SHARE;
        this.graceNanos = grace.toNanos();
        this.nanoClock = nanoClock;
        spares = new Spares(capacity / SPARE_SHARE);
    }

    /** An answer with at least a second to live, or null. */
    public @Nullable CachedAnswer find(QueryView query) {
        CachedAnswer found = table.find(query, table.hash(query));
        if (found == null) {
            return null;
        }
        int remaining = found.remainingSeconds(nanoClock.getAsLong());
        if (remaining > 0) {
            found.hit(remaining);
            if (!found.proven()) {
                trial.remove(found);
                found.prove();
                proven.add(found);
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
        CachedAnswer found = table.find(query, table.hash(query));
        if (found == null) {
            return null;
        }
        long now = nanoClock.getAsLong();
        if (found.remainingSeconds(now) > 0 || found.outlive(now, graceNanos)) {
            return found;
        }
        remove(found);
        return null;
    }

    /**
     * Keeps an answer to a query, if it may be kept (a TTL above zero) and fits.
     *
     * @return the answer as it is to be given, kept or not
     */
    public CachedAnswer keep(QueryView query, Answer answer) {
        int hash = table.hash(query);
        int needed = AnswerForm.bytes(answer);
        long weight = CachedAnswer.weight(Spares.room(needed));
        if (answer.ttlSeconds() < 1 || weight > capacity) {
            CachedAnswer passing = new CachedAnswer(needed);
            passing.become(query, hash, answer, nanoClock.getAsLong());
            return passing;
        }
        CachedAnswer former = table.find(query, hash);
        boolean wasProven = former != null && former.proven();
        int credit = former == null ? 0 : former.credit();
        if (former != null) {
            remove(former);
        }
        for (int rounds = 0; bytes() + weight > capacity; rounds++) {
            evict(rounds);
        }
        CachedAnswer kept = spares.take(needed);
        kept.become(query, hash, answer, nanoClock.getAsLong());
        kept.succeed(credit);
        if (wasProven) {
            kept.prove();
        }
        table.add(kept);
        queue(kept).add(kept);
        return kept;
    }

    private AnswerQueue queue(CachedAnswer answer) {
        return answer.proven() ? proven : trial;
    }

    /** The oldest goes, or goes round once more. */
    private void evict(int rounds) {
        CachedAnswer oldestProven = proven.oldest();
        if (oldestProven == null || trial.bytes() > capacity / TRIAL_SHARE) {
            CachedAnswer oldest = trial.oldest();
            if (oldest == null) {
                throw new IllegalStateException("nothing left to evict");
            }
            remove(oldest);
        } else if (oldestProven.spendCredit() && rounds < MAX_ROUNDS) {
            proven.remove(oldestProven);
            proven.add(oldestProven);
        } else {
            remove(oldestProven);
        }
    }

    private void remove(CachedAnswer answer) {
        table.remove(answer);
        queue(answer).remove(answer);
        spares.put(answer);
    }

    public int size() {
        return table.size();
    }

    /** Estimated; never above the capacity. */
    public long bytes() {
        return proven.bytes() + trial.bytes();
    }
}
