package io.fleetwall.node.event;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Says equal things once: the first of a kind at once, its repeats summed at the end of a window.
 * Thread-safe.
 *
 * <p>So a responder hears of a denial within milliseconds, and a job that retries it a million
 * times costs one more event a window. A job that invents a million <i>different</i> things fills
 * the table and no more: what does not fit is counted as {@link #takeLost lost}, never silent.
 *
 * @param <K> what makes two things equal
 */
public final class Aggregator<K> {
    /** Different things within one window: 8,192 at about 200 bytes are 1.6 MiB. */
    static final int CAPACITY = 8192;

    private final long windowNanos;

    /** In the order of their firsts, so that only what is over is looked at. */
    private final Map<K, Gathered> gathered = new LinkedHashMap<>();

    private long lost;

    /** A window in the caller's monotonic nanoseconds. */
    public Aggregator(long windowNanos) {
        this.windowNanos = windowNanos;
    }

    private static final class Gathered {
        final long since;
        long repeats;

        Gathered(long since) {
            this.since = since;
        }
    }

    /** What to do with something that happened. */
    public enum Verdict {
        /** It is new: say it now. */
        SAY,
        /** It is counted and will be told by {@link #drain}, or as lost. */
        COUNTED
    }

    /** Something happened {@code count} times. */
    public synchronized Verdict add(K key, long count, long now) {
        Gathered known = gathered.get(key);
        if (known != null) {
            known.repeats += count;
            return Verdict.COUNTED;
        }
        if (gathered.size() >= CAPACITY) {
            lost += count;
            return Verdict.COUNTED;
        }
        gathered.put(key, new Gathered(now));
        return Verdict.SAY;
    }

    /** The repeats of every thing whose window is over; it is forgotten then. */
    public synchronized Map<K, Long> drain(long now) {
        Map<K, Long> repeats = new HashMap<>();
        for (Iterator<Map.Entry<K, Gathered>> i = gathered.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<K, Gathered> entry = i.next();
            if (now - entry.getValue().since < windowNanos) {
                break;
            }
            if (entry.getValue().repeats > 0) {
                repeats.put(entry.getKey(), entry.getValue().repeats);
            }
            i.remove();
        }
        return repeats;
    }

    /** The repeats of everything, whether its window is over or not; all is forgotten. */
    public synchronized Map<K, Long> drainAll() {
        Map<K, Long> repeats = new HashMap<>();
        gathered.forEach((key, one) -> repeats.put(key, one.repeats));
        repeats.values().removeIf(count -> count == 0);
        gathered.clear();
        return repeats;
    }

    /** How much did not fit since the last call. */
    public synchronized long takeLost() {
        long taken = lost;
        lost = 0;
        return taken;
    }
}
