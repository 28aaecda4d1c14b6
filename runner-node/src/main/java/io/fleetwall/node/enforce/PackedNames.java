package io.fleetwall.node.enforce;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Names and their numbers, which rise, in a few arrays: as objects in two maps a quarter of a
 * million of them took 45 MB, here a quarter of that.
 *
 * <p>A hash table with open addressing finds a name's place, its hash seeded, because jobs choose
 * names; a number's place is found by its order. Not safe for use by many threads.
 */
final class PackedNames {
    /** A name has at most 255 bytes and a length, so that each chunk is nearly filled. */
    private static final int CHUNK = 1 << 16;

    private final int seed = ThreadLocalRandom.current().nextInt();
    private byte[][] chunks = new byte[1][];
    private int filled = CHUNK; // there is no chunk yet
    private int chunk = -1;
    private int[] numbers = new int[64];
    private int[] places = new int[64];
    private int[] table = new int[128];
    private int count;

    /** Adds a name with a number above all others. One that is there has this number, too. */
    void add(int number, WireName name) {
        byte[] labels = name.labels();
        if (count > 0 && number <= numbers[count - 1]) {
            throw new IllegalArgumentException("numbers rise");
        }
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * count);
            places = Arrays.copyOf(places, 2 * count);
        }
        numbers[count] = number;
        places[count] = store(labels);
        if (4 * (count + 1) > 3 * table.length) {
            grow();
        }
        table[find(labels)] = ++count;
    }

    /** The newest number of a name; 0 when it has none. */
    int number(WireName name) {
        int index = table[find(name.labels())];
        return index == 0 ? 0 : numbers[index - 1];
    }

    /** The name with a number; null when there is none. */
    @Nullable WireName name(int number) {
        int index = index(number);
        return index < 0 ? null : new WireName(labels(places[index]));
    }

    int size() {
        return count;
    }

    /** Nearly always there is none missing before it. */
    private int index(int number) {
        int guess = count == 0 ? -1 : number - numbers[0];
        if (guess >= 0 && guess < count && numbers[guess] == number) {
            return guess;
        }
        return Arrays.binarySearch(numbers, 0, count, number);
    }

    private int store(byte[] labels) {
        if (filled + 1 + labels.length > CHUNK) {
            chunk++;
            if (chunk == chunks.length) {
                chunks = Arrays.copyOf(chunks, 2 * chunk);
            }
            chunks[chunk] = new byte[CHUNK];
            filled = 0;
        }
        int place = chunk * CHUNK + filled;
        chunks[chunk][filled] = (byte) labels.length;
        System.arraycopy(labels, 0, chunks[chunk], filled + 1, labels.length);
        filled += 1 + labels.length;
        return place;
    }

    private byte[] labels(int place) {
        byte[] in = chunks[place / CHUNK];
        int from = place % CHUNK + 1;
        return Arrays.copyOfRange(in, from, from + (in[from - 1] & 0xff));
    }

    private boolean holds(int place, byte[] labels) {
        byte[] in = chunks[place / CHUNK];
        int from = place % CHUNK + 1;
        int length = in[from - 1] & 0xff;
        return length == labels.length
                && Arrays.equals(in, from, from + length, labels, 0, labels.length);
    }

    /** Where a name is in the table, or would be. */
    private int find(byte[] labels) {
        int at = home(labels, 0, labels.length);
        while (table[at] != 0 && !holds(places[table[at] - 1], labels)) {
            at = at + 1 & table.length - 1;
        }
        return at;
    }

    private void grow() {
        table = new int[2 * table.length];
        for (int index = count; index > 0; index--) { // the newest is found first
            byte[] in = chunks[places[index - 1] / CHUNK];
            int from = places[index - 1] % CHUNK + 1;
            int at = home(in, from, from + (in[from - 1] & 0xff));
            while (table[at] != 0) {
                at = at + 1 & table.length - 1;
            }
            table[at] = index;
        }
    }

    private int home(byte[] in, int from, int to) {
        long mixed = seed;
        for (int i = from; i < to; i++) {
            mixed = (mixed ^ in[i]) * 0x9e3779b97f4a7c15L;
            mixed ^= mixed >>> 29;
        }
        return (int) mixed & table.length - 1;
    }
}
