package io.fleetwall.node.dns;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The last few names of one address, each once, in one array: a length and labels each. */
final class LatestNames {
    private static final int MOST = 4;

    /** An array grows by so much, so that the next name often fits. */
    private static final int STEP = 16;

    private byte[] packed = {};
    private int used;
    private int count;

    /** The newest from now on, for which the oldest may have to go. */
    void add(byte[] name) {
        int known = find(name);
        if (known >= 0) {
            remove(known);
        } else if (count == MOST) {
            remove(0);
        }
        int needed = used + 1 + name.length;
        if (needed > packed.length) {
            packed = Arrays.copyOf(packed, (needed + STEP) / STEP * STEP + 4);
        }
        packed[used] = (byte) name.length;
        System.arraycopy(name, 0, packed, used + 1, name.length);
        used = needed;
        count++;
    }

    private int find(byte[] name) {
        for (int at = 0; at < used; at = next(at)) {
            if (Arrays.equals(packed, at + 1, next(at), name, 0, name.length)) {
                return at;
            }
        }
        return -1;
    }

    private void remove(int at) {
        int next = next(at);
        System.arraycopy(packed, next, packed, at, used - next);
        used -= next - at;
        count--;
    }

    private int next(int at) {
        return at + 1 + (packed[at] & 0xff);
    }

    /** Copies, the newest last. */
    List<byte[]> all() {
        List<byte[]> all = new ArrayList<>(count);
        for (int at = 0; at < used; at = next(at)) {
            all.add(Arrays.copyOfRange(packed, at + 1, next(at)));
        }
        return all;
    }

    /** For another address. */
    void clear() {
        used = 0;
        count = 0;
    }
}
