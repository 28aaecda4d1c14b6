package io.fleetwall.policy.compiled;

import io.fleetwall.policy.document.HostPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which host entry speaks for a name in DNS wire form: at most one hash probe a label and no object
 * on the way, because the DNS proxy asks once a query.
 *
 * <p>Names are compared as labels, never as text: a dot inside a label is a byte like any other and
 * no suffix matches without its label boundary. The hash of every suffix comes from one pass:
 * {@code H(i) = (F(n) - F(i)) / P^i} with the running sum {@code F} of {@code byte * P^index}, in
 * arithmetic modulo 2^64, where an odd {@code P} has an inverse. Slots hold the whole hash, so
 * names made to collide cost the asker's own comparison and nothing else.
 */
public final class HostTable {
    private static final int MAX_NAME = 254;
    private static final long P = 0x9e3779b97f4a7c15L;
    private static final long[] POWERS = powers(P);
    private static final long[] INVERSES = powers(inverse(P));

    private final List<HostEntry> entries;
    private final List<PortProgram> programs;
    private final long[] hashes;
    private final @Nullable Suffix[] slots;
    private final int mask;

    private HostTable(CompiledPolicy policy) {
        entries = policy.hosts();
        programs = policy.programs();
        int capacity = Integer.highestOneBit(Math.max(4, entries.size()) * 2) * 2;
        hashes = new long[capacity];
        slots = new Suffix[capacity];
        mask = capacity - 1;
        for (int i = 0; i < entries.size(); i++) {
            add(i);
        }
    }

    /** Another table's places, which hold for other programs too. */
    private HostTable(CompiledPolicy policy, HostTable places) {
        entries = policy.hosts();
        programs = policy.programs();
        hashes = places.hashes;
        slots = places.slots;
        mask = places.mask;
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
            Suffix suffix =
                    probe((total - before) * INVERSES[at], buffer, offset + at, length - at);
            int found = suffix == null ? -1 : suffix.at(depth);
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

    private @Nullable Suffix probe(long hash, byte[] buffer, int offset, int length) {
        for (int slot = slotOf(hash); ; slot = (slot + 1) & mask) {
            Suffix suffix = slots[slot];
            if (suffix == null) {
                return null;
            }
            if (hashes[slot] == hash && suffix.is(buffer, offset, length)) {
                return suffix;
            }
        }
    }

    private void add(int index) {
        HostPattern pattern = entries.get(index).pattern();
        byte[] wire = wire(pattern.base());
        int length = wire.length - 1;
        long hash = sum(wire, 0, length);
        Suffix suffix = probe(hash, wire, 0, length);
        if (suffix == null) {
            suffix = new Suffix(wire);
            int slot = slotOf(hash);
            while (slots[slot] != null) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = suffix;
            hashes[slot] = hash;
        }
        switch (pattern.depth()) {
            case EXACT -> suffix.exact = index;
            case ONE_LABEL -> suffix.oneLabel = index;
            case MANY_LABELS -> suffix.manyLabels = index;
        }
    }

    /**
     * Mixed (the finalizer of SplitMix64): sums of similar names lie close together, probes would
     * run long.
     */
    private int slotOf(long hash) {
        long mixed = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return (int) (mixed ^ (mixed >>> 31)) & mask;
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

    /** A base name and the entries of the patterns over it, -1 where there is none. */
    private static final class Suffix {
        private final byte[] wire;
        private int exact = -1;
        private int oneLabel = -1;
        private int manyLabels = -1;

        Suffix(byte[] wire) {
            this.wire = wire;
        }

        boolean is(byte[] buffer, int offset, int length) {
            if (length != wire.length - 1) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                if (wire[i] != buffer[offset + i]) {
                    return false;
                }
            }
            return true;
        }

        /** The entry for a name with so many labels before this suffix. */
        int at(int depth) {
            if (depth == 0) {
                return exact;
            }
            return depth == 1 && oneLabel >= 0 ? oneLabel : manyLabels;
        }
    }
}
