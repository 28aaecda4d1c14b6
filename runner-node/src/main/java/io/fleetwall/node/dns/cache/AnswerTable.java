package io.fleetwall.node.dns.cache;

import io.fleetwall.node.dns.wire.QueryView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Answers by their questions: open addressing, without an object of its own for any.
 *
 * <p>Jobs choose names, so the hash is one that they cannot foresee: a polynomial over the name's
 * bytes, seven at a time, modulo the prime 2^61 - 1, at a random point (Carter and Wegman 1979).
 * Whatever two names are, they meet by chance only.
 */
final class AnswerTable {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int WORD = 7;
    private static final long PRIME = (1L << 61) - 1;
    private static final int LEAST = 64;

    private final long point = ThreadLocalRandom.current().nextLong(1L << 60, PRIME);
    private @Nullable CachedAnswer[] places = new CachedAnswer[LEAST];
    private int count;

    /** What the answer to a query is found by, beside the query itself. */
    int hash(QueryView query) {
        byte[] name = query.nameBuffer();
        int length = query.nameLength();
        long hash = query.variant();
        for (int at = 0; at < length; at += WORD) {
            hash = times(hash) + word(name, at, Math.min(WORD, length - at));
        }
        hash = times(hash);
        return (int) (hash ^ (hash >>> 32));
    }

    /** So many bytes, at most seven, as a number. */
    private static long word(byte[] name, int at, int count) {
        if (at + Long.BYTES <= name.length) {
            return (long) LONG.get(name, at) & (-1L >>> (Long.SIZE - 8 * count));
        }
        long word = 0;
        for (int i = count - 1; i >= 0; i--) {
            word = (word << 8) | (name[at + i] & 0xff);
        }
        return word;
    }

    /** Times the point, modulo the prime, or the prime more; of less than 2^62. */
    private long times(long value) {
        long high = Math.multiplyHigh(value, point);
        long low = value * point;
        long sum = (low & PRIME) + ((low >>> 61) | (high << 3));
        return (sum & PRIME) + (sum >>> 61);
    }

    @Nullable CachedAnswer find(QueryView query, int hash) {
        @Nullable CachedAnswer[] all = places;
        int at = hash & all.length - 1;
        for (CachedAnswer each = all[at]; each != null; each = all[at]) {
            if (each.answers(query, hash)) {
                return each;
            }
            at = at + 1 & all.length - 1;
        }
        return null;
    }

    /** Adds an answer to a question that has none. */
    void add(CachedAnswer answer) {
        if (3 * (count + 1) > 2 * places.length) {
            resize(2 * places.length);
        }
        enter(answer);
        count++;
    }

    /** What stands behind a place that became empty may have been driven there by it. */
    void remove(CachedAnswer answer) {
        int mask = places.length - 1;
        int gap = answer.hash() & mask;
        while (places[gap] != answer) {
            gap = gap + 1 & mask;
        }
        places[gap] = null;
        int at = gap + 1 & mask;
        for (CachedAnswer each = places[at]; each != null; each = places[at]) {
            if ((at - each.hash() & mask) >= (at - gap & mask)) {
                places[gap] = each;
                places[at] = null;
                gap = at;
            }
            at = at + 1 & mask;
        }
        count--;
        if (places.length > LEAST && 8 * count < places.length) {
            resize(places.length / 2);
        }
    }

    private void enter(CachedAnswer answer) {
        int at = answer.hash() & places.length - 1;
        while (places[at] != null) {
            at = at + 1 & places.length - 1;
        }
        places[at] = answer;
    }

    private void resize(int length) {
        @Nullable CachedAnswer[] former = places;
        places = new CachedAnswer[length];
        for (CachedAnswer each : former) {
            if (each != null) {
                enter(each);
            }
        }
    }

    int size() {
        return count;
    }
}
