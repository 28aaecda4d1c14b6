package io.fleetwall.node.dns.figure;

import io.fleetwall.node.dns.wire.Names;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which names come most often, of any number of names in bounded memory: the Space-Saving summary
 * (Metwally, Agrawal, El Abbadi 2005), one for this minute and one for the minute before.
 *
 * <p>A new name takes the place and the count of the rarest, so a count may be too high by what it
 * took over, never too low. Belongs to one event loop.
 */
public final class BusyNames {
    /** A name that is more than one in a hundred of all is always among them. */
    private static final int SLOTS = 128;

    /** Bytes of nearly every name, and of the longest there is (RFC 1035). */
    private static final int SHORT = 48;

    private static final int LONGEST = 255;
    private static final byte[] NO_NAME = {};

    private static final long WINDOW = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoClock;
    private final int oneIn;
    private int random = 0x9e3779b9;
    private Minute now = new Minute();
    private Minute before = new Minute();
    private long since;

    /**
     * @param oneIn of so many names one is looked at, and counts for all; a power of two
     */
    public BusyNames(LongSupplier nanoClock, int oneIn) {
        if (Integer.bitCount(oneIn) != 1) {
            throw new IllegalArgumentException(oneIn + " is no power of two");
        }
        this.nanoClock = nanoClock;
        this.oneIn = oneIn;
        since = nanoClock.getAsLong();
    }

    /**
     * Counts a name.
     *
     * @param name in wire form, from the start of a buffer that is the caller's
     */
    public void add(byte[] name, int length) {
        if (chosen()) {
            turn();
            now.add(name, length, oneIn);
        }
    }

    /** By chance (xorshift), so that no client's rhythm hides a name. */
    private boolean chosen() {
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        return (random & (oneIn - 1)) == 0;
    }

    private void turn() {
        long passed = nanoClock.getAsLong() - since;
        if (passed >= WINDOW) {
            before = passed < 2 * WINDOW ? now : new Minute();
            now = new Minute();
            since += passed - passed % WINDOW;
        }
    }

    /** The names of the last one to two minutes by their text, with counts. */
    public Map<String, Long> counts() {
        turn();
        Map<String, Long> counts = new LinkedHashMap<>();
        before.into(counts);
        now.into(counts);
        return counts;
    }

    /** A name that takes another's place takes its array too: counting allocates nothing. */
    private static final class Minute {
        private final int[] hashes = new int[SLOTS];
        private final int[] lengths = new int[SLOTS];
        private final byte[][] names = new byte[SLOTS][];
        private final long[] counts = new long[SLOTS];
        private int used;

        Minute() {
            Arrays.fill(names, NO_NAME);
        }

        void add(byte[] name, int length, int weight) {
            int hash = 1;
            for (int i = 0; i < length; i++) {
                hash = 31 * hash + name[i];
            }
            int slot = find(hash, name, length);
            if (slot < 0) {
                slot = used < SLOTS ? used++ : rarest();
                hashes[slot] = hash;
                put(slot, name, length);
            }
            counts[slot] += weight;
        }

        private void put(int slot, byte[] name, int length) {
            if (names[slot].length < length) {
                names[slot] = new byte[length > SHORT ? LONGEST : SHORT];
            }
            System.arraycopy(name, 0, names[slot], 0, length);
            lengths[slot] = length;
        }

        private int find(int hash, byte[] name, int length) {
            for (int i = 0; i < used; i++) {
                if (hashes[i] == hash && Arrays.equals(names[i], 0, lengths[i], name, 0, length)) {
                    return i;
                }
            }
            return -1;
        }

        private int rarest() {
            int rarest = 0;
            for (int i = 1; i < SLOTS; i++) {
                if (counts[i] < counts[rarest]) {
                    rarest = i;
                }
            }
            return rarest;
        }

        void into(Map<String, Long> sum) {
            for (int i = 0; i < used; i++) {
                String text = Names.text(Arrays.copyOf(names[i], lengths[i]));
                sum.merge(text, counts[i], Long::sum);
            }
        }
    }
}
