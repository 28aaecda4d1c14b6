package io.fleetwall.node.dns.cache;

import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.QuestionKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One worker's answers, bounded by bytes; the longest unused goes first.
 *
 * <p>Shared by the runners of a node: policy is asked before the cache, so what one runner fetched
 * gives another nothing that its own rules do not. Belongs to one event loop; not thread-safe.
 */
public final class AnswerCache {
    /** A map entry, its place in the table, the objects' headers. */
    private static final int ENTRY_BYTES = 96;

    private final Map<QuestionKey, CachedAnswer> answers = new LinkedHashMap<>(1024, 0.75f, true);
    private final QuestionKey probe = QuestionKey.probe();
    private final LongSupplier nanoClock;
    private final long capacity;
    private long bytes;

    public AnswerCache(long capacity, LongSupplier nanoClock) {
        this.capacity = capacity;
        this.nanoClock = nanoClock;
    }

    /** An answer with at least a second to live, or null. */
    public @Nullable CachedAnswer find(QueryView query) {
        CachedAnswer found = answers.get(probe.as(query));
        if (found == null || found.remainingSeconds(nanoClock.getAsLong()) > 0) {
            return found;
        }
        answers.remove(probe);
        bytes -= weight(probe, found);
        return null;
    }

    /** Keeps an answer that may be kept (a TTL above zero) and fits. */
    public void keep(QuestionKey key, CachedAnswer answer) {
        int weight = weight(key, answer);
        if (answer.answer().ttlSeconds() < 1 || weight > capacity) {
            return;
        }
        CachedAnswer former = answers.put(key, answer);
        bytes += weight - (former == null ? 0 : weight(key, former));
        Iterator<Map.Entry<QuestionKey, CachedAnswer>> eldest = answers.entrySet().iterator();
        while (bytes > capacity && eldest.hasNext()) {
            Map.Entry<QuestionKey, CachedAnswer> entry = eldest.next();
            bytes -= weight(entry.getKey(), entry.getValue());
            eldest.remove();
        }
    }

    public int size() {
        return answers.size();
    }

    /** Estimated; never above the capacity. */
    public long bytes() {
        return bytes;
    }

    private static int weight(QuestionKey key, CachedAnswer answer) {
        return ENTRY_BYTES + key.weight() + answer.weight();
    }
}
