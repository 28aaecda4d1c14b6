package io.fleetwall.bpf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel was told of each learned address, in one array: tens of thousands of them are
 * built anew with every change of policy, and as objects they would be moved through the heap.
 *
 * <p>A hash table with open addressing, its hash seeded, because whoever answers for a name chooses
 * addresses. Not safe for use by many threads.
 */
final class ToldAddresses {
    /** Longs a place: address, expiry, program plus one (0 is an empty place) and name. */
    private static final int WIDTH = 4;

    private final long seed = ThreadLocalRandom.current().nextLong();
    private long[] rows = new long[64 * WIDTH];
    private int count;

    /** How what is found stands to what was told. */
    enum Comparison {
        SAME,
        CHANGED,
        UNKNOWN
    }

    /** The address says this from now on. */
    void put(LearnedAddress told) {
        if (4 * (count + 1) > 3 * places()) {
            grow(2 * rows.length);
        }
        ByteBuffer address = ByteBuffer.wrap(told.address());
        long high = address.getLong();
        long low = address.getLong();
        int at = find(high, low);
        count += rows[at + 3] == 0 ? 1 : 0;
        rows[at] = high;
        rows[at + 1] = low;
        rows[at + 2] = told.expiresAtBoottimeNanos();
        rows[at + 3] = says(told.program(), told.nameId());
    }

    /** What an address says; null when nothing was told of it. */
    @Nullable LearnedAddress get(byte[] address) {
        ByteBuffer words = ByteBuffer.wrap(address);
        int at = find(words.getLong(), words.getLong());
        return rows[at + 3] == 0
                ? null
                : new LearnedAddress(
                        address, (int) (rows[at + 3] >>> 32) - 1, rows[at + 2], (int) rows[at + 3]);
    }

    /** All addresses, two longs each. */
    long[] addresses() {
        long[] all = new long[2 * count];
        int next = 0;
        for (int at = 0; at < rows.length; at += WIDTH) {
            if (rows[at + 3] != 0) {
                all[next++] = rows[at];
                all[next++] = rows[at + 1];
            }
        }
        return all;
    }

    /** The names of all addresses, each as often as it has some. */
    int[] names() {
        int[] all = new int[count];
        int next = 0;
        for (int at = 0; at < rows.length; at += WIDTH) {
            if (rows[at + 3] != 0) {
                all[next++] = (int) rows[at + 3];
            }
        }
        return all;
    }

    /** Addresses that expire before a moment. */
    List<byte[]> expiringBefore(long moment) {
        List<byte[]> found = new ArrayList<>();
        for (int at = 0; at < rows.length; at += WIDTH) {
            if (rows[at + 3] != 0 && rows[at + 2] < moment) {
                found.add(ByteBuffer.allocate(16).putLong(rows[at]).putLong(rows[at + 1]).array());
            }
        }
        return found;
    }

    /** Makes room for so many, so that the array need not grow to its size step by step. */
    void room(int addresses) {
        if (4L * (addresses + 1L) > 3L * places()) {
            int places = Integer.highestOneBit(Math.min(1 << 20, 4 * (addresses + 1) / 3)) * 2;
            grow(places * WIDTH);
        }
    }

    void remove(byte[] gone) {
        ByteBuffer address = ByteBuffer.wrap(gone);
        int at = find(address.getLong(), address.getLong());
        if (rows[at + 3] != 0) {
            rows[at + 3] = 0;
            count--;
            closeGap(at);
        }
    }

    /**
     * Compares one that the kernel has.
     *
     * @param said its program and name, from {@link #says}
     */
    Comparison compare(long high, long low, long expiresAt, long said) {
        int at = find(high, low);
        if (rows[at + 3] == 0) {
            return Comparison.UNKNOWN;
        }
        boolean same = rows[at + 3] == said && rows[at + 2] == expiresAt;
        return same ? Comparison.SAME : Comparison.CHANGED;
    }

    /** Program and name in one word. */
    static long says(int program, int name) {
        return (program + 1L) << 32 | Integer.toUnsignedLong(name);
    }

    int size() {
        return count;
    }

    /** What stands behind a place that became empty may have been driven there by it. */
    private void closeGap(int empty) {
        int gap = empty;
        for (int at = after(gap); rows[at + 3] != 0; at = after(at)) {
            int home = home(rows[at], rows[at + 1]);
            if (Math.floorMod(at - home, rows.length) >= Math.floorMod(at - gap, rows.length)) {
                System.arraycopy(rows, at, rows, gap, WIDTH);
                rows[at + 3] = 0;
                gap = at;
            }
        }
    }

    private int find(long high, long low) {
        int at = home(high, low);
        while (rows[at + 3] != 0 && (rows[at] != high || rows[at + 1] != low)) {
            at = after(at);
        }
        return at;
    }

    private void grow(int length) {
        long[] former = rows;
        rows = new long[length];
        for (int i = 0; i < former.length; i += WIDTH) {
            if (former[i + 3] != 0) {
                System.arraycopy(former, i, rows, find(former[i], former[i + 1]), WIDTH);
            }
        }
    }

    private int places() {
        return rows.length / WIDTH;
    }

    private int after(int at) {
        return (at + WIDTH) & (rows.length - 1);
    }

    /** The finalizer of SplitMix64, after the seed. */
    private int home(long high, long low) {
        long mixed = (high ^ seed) * 0x9e3779b97f4a7c15L + (low ^ Long.rotateLeft(seed, 32));
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return ((int) (mixed ^ mixed >>> 31) & (places() - 1)) * WIDTH;
    }
}
