package io.fleetwall.node.dns.cache;

import org.jspecify.annotations.Nullable;

/**
 * Answers that went, to be filled again: under a flood of names each new answer takes the place of
 * one that it pushed out, and the collector has nothing to do with it.
 *
 * <p>Arrays have few sizes, so that one fits another answer. Bounded by bytes.
 */
final class Spares {
    private static final int STEP = 16;
    private static final int ARRAY_HEADER = 12;

    /** Longer answers are rare, and made anew. */
    private static final int SIZES = 64;

    private final @Nullable CachedAnswer[] stacks = new CachedAnswer[SIZES];
    private final long capacity;
    private long bytes;
    private int next;

    Spares(long capacity) {
        this.capacity = capacity;
    }

    /** The bytes that an answer gets which needs so many. */
    static int room(int needed) {
        return size(needed) * STEP - ARRAY_HEADER;
    }

    private static int size(int needed) {
        return (ARRAY_HEADER + needed + STEP - 1) / STEP;
    }

    /** An answer with room for so many bytes. */
    CachedAnswer take(int needed) {
        int size = size(needed);
        CachedAnswer spare = size < SIZES ? stacks[size] : null;
        if (spare == null) {
            return new CachedAnswer(room(needed));
        }
        pop(size, spare);
        return spare;
    }

    /** An answer that nobody asks for any more. */
    void put(CachedAnswer gone) {
        int size = size(gone.room());
        if (size >= SIZES || gone.weight() > capacity) {
            return;
        }
        while (bytes + gone.weight() > capacity) {
            drop();
        }
        gone.newer = stacks[size];
        stacks[size] = gone;
        bytes += gone.weight();
    }

    /** One of each size in turn, so that sizes which nobody needs any more end. */
    private void drop() {
        CachedAnswer spare = stacks[next];
        if (spare != null) {
            pop(next, spare);
        }
        next = (next + 1) % SIZES;
    }

    private void pop(int size, CachedAnswer spare) {
        stacks[size] = spare.newer;
        spare.newer = null;
        bytes -= spare.weight();
    }

    long bytes() {
        return bytes;
    }
}
