package io.fleetwall.node.dns;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Which names a runner was given each address for: all that a reverse query is answered from.
 *
 * <p>Reverse zones are never asked upstream: their labels are as good a tunnel as any (threat D4),
 * and whoever owns an address names it as he likes (D11). Shared by the workers; each call is
 * short.
 *
 * <p>Of each address there are a few numbers and one array, which the next address takes over: a
 * miss leaves nothing that outlives a collection. Addresses are found by a hash with a seed,
 * because whoever answers for a name chooses them.
 */
final class KnownNames {
    /** 4,096 addresses with up to four names are at most about 5 MiB, typically a third of one. */
    static final int MAX_ADDRESSES = 4096;

    private static final int FEWEST = 64;
    private static final long SECOND = 1_000_000_000L;

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final LongSupplier nanoClock;
    private long[] highs = new long[FEWEST];
    private long[] lows = new long[FEWEST];
    private long[] expiries = new long[FEWEST];
    private LatestNames[] names = new LatestNames[FEWEST];

    /** Indices plus one, open addressing; twice as many places as indices. */
    private int[] table = new int[2 * FEWEST];

    private int count;

    /** The one that is there for longest, once there is no room for more. */
    private int oldest;

    KnownNames(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    synchronized void learned(byte[] name, List<byte[]> addresses, int ttlSeconds) {
        long expiry = nanoClock.getAsLong() + ttlSeconds * SECOND;
        for (byte[] address : addresses) {
            ByteBuffer words = ByteBuffer.wrap(address);
            learned(name, words.getLong(), words.getLong(), expiry);
        }
    }

    private void learned(byte[] name, long high, long low, long expiry) {
        int known = table[place(high, low)] - 1;
        int index = known < 0 ? enter(high, low) : known;
        if (known < 0 || expiry - expiries[index] > 0) {
            expiries[index] = expiry;
        }
        names[index].add(name);
    }

    /** The names of an address that are still good, the newest last; empty when there are none. */
    synchronized List<byte[]> of(byte[] address) {
        ByteBuffer words = ByteBuffer.wrap(address);
        int index = table[place(words.getLong(), words.getLong())] - 1;
        return index < 0 || nanoClock.getAsLong() - expiries[index] >= 0
                ? List.of()
                : names[index].all();
    }

    /** An address that was not there, in a new place or in the oldest's. */
    private int enter(long high, long low) {
        int index;
        if (count == MAX_ADDRESSES) {
            index = oldest;
            oldest = (oldest + 1) % MAX_ADDRESSES;
            leave(place(highs[index], lows[index]));
            names[index].clear();
        } else {
            index = count++;
            if (index == highs.length) {
                grow();
            }
            names[index] = new LatestNames();
        }
        highs[index] = high;
        lows[index] = low;
        table[place(high, low)] = index + 1;
        return index;
    }

    private void grow() {
        int room = 2 * highs.length;
        highs = Arrays.copyOf(highs, room);
        lows = Arrays.copyOf(lows, room);
        expiries = Arrays.copyOf(expiries, room);
        names = Arrays.copyOf(names, room);
        table = new int[2 * room];
        for (int i = 0; i < room / 2; i++) {
            table[place(highs[i], lows[i])] = i + 1;
        }
    }

    /** Where an address is in the table, or would be. */
    private int place(long high, long low) {
        int at = home(high, low);
        while (table[at] != 0 && (highs[table[at] - 1] != high || lows[table[at] - 1] != low)) {
            at = after(at);
        }
        return at;
    }

    /** What stands behind a place that became empty may have been driven there by it. */
    private void leave(int empty) {
        int gap = empty;
        table[gap] = 0;
        for (int at = after(gap); table[at] != 0; at = after(at)) {
            int home = home(highs[table[at] - 1], lows[table[at] - 1]);
            if (Math.floorMod(at - home, table.length) >= Math.floorMod(at - gap, table.length)) {
                table[gap] = table[at];
                table[at] = 0;
                gap = at;
            }
        }
    }

    private int after(int at) {
        return (at + 1) & (table.length - 1);
    }

    /** The finalizer of SplitMix64, after the seed. */
    private int home(long high, long low) {
        long mixed = (high ^ seed) * 0x9e3779b97f4a7c15L + (low ^ Long.rotateLeft(seed, 32));
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return (int) (mixed ^ (mixed >>> 31)) & (table.length - 1);
    }
}
