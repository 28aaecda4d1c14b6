package io.fleetwall.policy.compiled;

import io.fleetwall.policy.document.HostPattern;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which host entry speaks for a name in DNS wire form: at most one hash probe a label and no object
 * on the way, because the DNS proxy asks once a query.
 *
 * <p>Names are compared as labels, never as text: a dot inside a label is a byte like any other and
 * no suffix matches without its label boundary. The hash of every suffix comes from one pass:
 * {@code H(i) = (F(n) - F(i)) / P^i} with the running sum {@code F} of {@code byte * P^index}, in
 * arithmetic modulo 2^64, where an odd {@code P} has an inverse. Rows hold half of the hash, so
 * names made to collide cost the asker's own comparison and nothing else.
 *
 * <p>Three arrays hold all base names: ten thousand as objects took twice as much.
 */
public final class HostTable {
    private static final int MAX_NAME = 254;

    /** A row: half of the hash, where the name begins, its entries' indices plus one. */
    private static final int WIDTH = 5;

    private static final int CHECK = 0;
    private static final int START = 1;
    private static final int EXACT = 2;
    private static final int ONE_LABEL = 3;
    private static final int MANY_LABELS = 4;

    private static final long P = 0x9e3779b97f4a7c15L;
    private static final long[] POWERS = powers(P);
    private static final long[] INVERSES = powers(inverse(P));

    private final List<HostEntry> entries;
    private final List<PortProgram> programs;

    /** Base names as labels without the root, one behind the other. */
    private final byte[] names;

    /** Of each base name a row; one row more, for where the last name ends. */
    private final int[] rows;

    /** Rows' places plus one, by hash; open addressing. */
    private final int[] slots;

    private HostTable(CompiledPolicy policy) {
        entries = policy.hosts();
        programs = policy.programs();
        slots = new int[Integer.highestOneBit(Math.max(4, entries.size()) * 2) * 2];
        int bytes = 0;
        for (HostEntry entry : entries) {
            bytes += entry.pattern().base().length() + 1;
        }
        names = new byte[bytes];
        rows = new int[(entries.size() + 1) * WIDTH];
        int used = 0;
        for (int i = 0; i < entries.size(); i++) {
            used = add(i, used);
        }
    }

    /** Another table's places, which hold for other programs too. */
    private HostTable(CompiledPolicy policy, HostTable places) {
        entries = policy.hosts();
        programs = policy.programs();
        names = places.names;
        rows = places.rows;
        slots = places.slots;
    }

    /** The table of a policy's hosts. */
    public static HostTable of(CompiledPolicy policy) {
        return new HostTable(policy);
    }

    /**
     * The table of a policy's hosts. Where another table has the same patterns, most of it is that
     * table's.
     */
    public static HostTable of(CompiledPolicy policy, HostTable like) {
        return like.hasPatternsOf(policy) ? new HostTable(policy, like) : new HostTable(policy);
    }

    private boolean hasPatternsOf(CompiledPolicy policy) {
        if (policy.hosts().size() != entries.size()) {
            return false;
        }
        for (int i = 0; i < entries.size(); i++) {
            if (!policy.hosts().get(i).pattern().equals(entries.get(i).pattern())) {
                return false;
            }
        }
        return true;
    }

    /** What the policy says of a name, or null where no pattern fits; see {@link #entry}. */
    public @Nullable PortProgram match(byte[] buffer, int offset) {
        int index = find(buffer, offset);
        return index < 0 ? null : programs.get(entries.get(index).program());
    }

    /**
     * The most specific entry for a name: exact, then one label, then many labels with the longest
     * base. Its program holds what the wider ones say.
     *
     * @param buffer holds the name as length-prefixed labels up to the root's zero, in lower case
     * @param offset of the first label's length
     * @return null where no pattern fits, or the bytes are not an uncompressed name
     */
    public @Nullable HostEntry entry(byte[] buffer, int offset) {
        int index = find(buffer, offset);
        return index < 0 ? null : entries.get(index);
    }

    /** How many patterns there are. */
    public int size() {
        return entries.size();
    }

    /** A name's labels as DNS writes them, with the root; for tables, tests and tools. */
    public static byte[] wire(String name) {
        byte[] wire = new byte[name.length() + 2];
        int label = 0;
        for (int i = 0; i <= name.length(); i++) {
            if (i == name.length() || name.charAt(i) == '.') {
                wire[label] = (byte) (i - label);
                label = i + 1;
            } else {
                wire[i + 1] = (byte) name.charAt(i);
            }
        }
        return wire;
    }

    private int find(byte[] buffer, int offset) {
        int length = nameLength(buffer, offset);
        if (length <= 0) {
            return -1;
        }
        long total = sum(buffer, offset, length);
        long before = 0;
        int at = 0;
        for (int depth = 0; at < length; depth++) {
            int row = probe((total - before) * INVERSES[at], buffer, offset + at, length - at);
            int found = row < 0 ? -1 : entry(row, depth);
            if (found >= 0) {
                return found;
            }
            int next = at + 1 + buffer[offset + at];
            before += partial(buffer, offset, at, next);
            at = next;
        }
        return -1;
    }

    /** Octets of the labels without the root, or -1 where this is no plain name. */
    private static int nameLength(byte[] buffer, int offset) {
        int at = offset;
        while (at < buffer.length && buffer[at] != 0) {
            if (buffer[at] < 0 || buffer[at] > 63 || at + 1 + buffer[at] - offset > MAX_NAME) {
                return -1;
            }
            at += 1 + buffer[at];
        }
        return at < buffer.length ? at - offset : -1;
    }

    /** The row of a base name, or -1. */
    private int probe(long hash, byte[] buffer, int offset, int length) {
        int slot = slotOf(hash);
        while (slots[slot] != 0) {
            int row = slots[slot] - 1;
            if (rows[row + CHECK] == check(hash) && is(row, buffer, offset, length)) {
                return row;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return -1;
    }

    private boolean is(int row, byte[] buffer, int offset, int length) {
        int from = rows[row + START];
        int to = rows[row + WIDTH + START];
        return length == to - from
                && Arrays.equals(names, from, to, buffer, offset, offset + length);
    }

    private static int check(long hash) {
        return (int) (hash >>> 32);
    }

    /** The entry for a name with so many labels before this row's; -1 where there is none. */
    private int entry(int row, int depth) {
        if (depth == 0) {
            return rows[row + EXACT] - 1;
        }
        int oneLabel = rows[row + ONE_LABEL] - 1;
        return depth == 1 && oneLabel >= 0 ? oneLabel : rows[row + MANY_LABELS] - 1;
    }

    /**
     * Adds an entry.
     *
     * @param used ints of rows that are used
     * @return the same afterwards
     */
    private int add(int index, int used) {
        HostPattern pattern = entries.get(index).pattern();
        byte[] wire = wire(pattern.base());
        int length = wire.length - 1;
        long hash = sum(wire, 0, length);
        int found = probe(hash, wire, 0, length);
        int row = found < 0 ? used : found;
        int place =
                switch (pattern.depth()) {
                    case EXACT -> EXACT;
                    case ONE_LABEL -> ONE_LABEL;
                    case MANY_LABELS -> MANY_LABELS;
                };
        rows[row + place] = index + 1;
        if (found >= 0) {
            return used;
        }
        System.arraycopy(wire, 0, names, rows[row + START], length);
        rows[row + CHECK] = check(hash);
        rows[row + WIDTH + START] = rows[row + START] + length;
        int slot = slotOf(hash);
        while (slots[slot] != 0) {
            slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = row + 1;
        return used + WIDTH;
    }

    /**
     * Mixed (the finalizer of SplitMix64): sums of similar names lie close together, probes would
     * run long.
     */
    private int slotOf(long hash) {
        long mixed = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return (int) (mixed ^ (mixed >>> 31)) & (slots.length - 1);
    }

    private static long sum(byte[] bytes, int offset, int length) {
        return partial(bytes, offset, 0, length);
    }

    private static long partial(byte[] bytes, int offset, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += ((bytes[offset + i] & 0xff) + 1) * POWERS[i];
        }
        return sum;
    }

    private static long[] powers(long base) {
        long[] powers = new long[256];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * base;
        }
        return powers;
    }

    /** Newton's iteration doubles the right bits: 3, 6, 12, 24, 48, 96. */
    private static long inverse(long odd) {
        long inverse = odd;
        for (int i = 0; i < 5; i++) {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
    }
}
