package io.fleetwall.bpf.socket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Datagrams on their way out of one socket, up to 64 in one system call. Those to one receiver that
 * are equally long leave as one train, which the kernel takes apart at the end (UDP_SEGMENT).
 *
 * <p>Most of what a datagram costs is its way through the kernel: a route, filters, a cable. A
 * train goes it once. Where the kernel or a device takes none, each datagram goes by itself.
 */
final class SendQueue {
    static final int SLOTS = 64;

    /** {@code struct mmsghdr} on 64-bit Linux: name, namelen, iov, iovlen, control, flags, len. */
    static final int HEADER_BYTES = 64;

    static final int NAME = 0;
    static final int NAME_LENGTH = 8;
    static final int PARTS = 16;
    static final int PART_COUNT = 24;
    static final int PART_BYTES = 16;
    static final int PART_LENGTH = 8;

    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;

    /** {@code struct cmsghdr} with two bytes of data: length, level, type, data. */
    private static final int CONTROL_BYTES = 24;

    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;

    /** What fits the least MTU of IPv6, 1280, less 48 for its headers: longer ones go alone. */
    private static final int LONGEST_PART = 1232;

    /** A train is one packet of IP until it is taken apart: 65,535 bytes with its headers. */
    private static final int LONGEST_TRAIN = 65_000;

    private static final int ADDRESS_BYTES = DatagramVector.ADDRESS_BYTES;

    private final MemorySegment state;
    private final int datagramBytes;
    private final MemorySegment headers;
    private final MemorySegment names;
    private final MemorySegment parts;
    private final MemorySegment controls;
    private final MemorySegment data;

    private final byte[] addresses = new byte[SLOTS * ADDRESS_BYTES];
    private final int[] addressLengths = new int[SLOTS];
    private final int[] lengths = new int[SLOTS];

    /** Slots in the order in which they leave; where each train begins in it, and its size. */
    private final int[] order = new int[SLOTS];

    private final int[] starts = new int[SLOTS];
    private final int[] sizes = new int[SLOTS];
    private final int[] heads = new int[SLOTS];
    private final int[] trainOf = new int[SLOTS];

    private int queued;
    private boolean trains = true;
    private long unsent;

    SendQueue(Arena arena, int datagramBytes) {
        this.datagramBytes = datagramBytes;
        state = arena.allocate(8, 8);
        headers = arena.allocate((long) SLOTS * HEADER_BYTES, 8);
        names = arena.allocate((long) SLOTS * ADDRESS_BYTES, 8);
        parts = arena.allocate((long) SLOTS * PART_BYTES, 8);
        controls = arena.allocate((long) SLOTS * CONTROL_BYTES, 8);
        data = arena.allocate((long) SLOTS * datagramBytes, 8);
        for (int i = 0; i < SLOTS; i++) {
            headers.set(JAVA_LONG, header(i) + NAME, names.address() + (long) i * ADDRESS_BYTES);
            long control = (long) i * CONTROL_BYTES;
            controls.set(JAVA_LONG, control, 18L);
            controls.set(JAVA_INT, control + 8, SOL_UDP);
            controls.set(JAVA_INT, control + 12, UDP_SEGMENT);
        }
    }

    boolean isEmpty() {
        return queued == 0;
    }

    boolean isFull() {
        return queued == SLOTS;
    }

    /** Datagrams that the kernel did not take. */
    long unsent() {
        return unsent;
    }

    /** To the socket's own peer. */
    void add(byte[] message, int length) {
        int slot = slot(message, length);
        if (slot >= 0) {
            addressLengths[slot] = 0;
        }
    }

    /** To an address as the kernel writes it: AF_INET is 16 bytes, AF_INET6 28. */
    void add(byte[] address, byte[] message, int length) {
        int slot = slot(message, length);
        if (slot >= 0) {
            addressLengths[slot] = address[0] == SystemCalls.AF_INET ? 16 : ADDRESS_BYTES;
            System.arraycopy(address, 0, addresses, slot * ADDRESS_BYTES, ADDRESS_BYTES);
        }
    }

    /** The next slot, with the message in it; negative when that is too long. */
    private int slot(byte[] message, int length) {
        if (length > datagramBytes) {
            unsent++;
            return -1;
        }
        int slot = queued++;
        lengths[slot] = length;
        MemorySegment.copy(message, 0, data, JAVA_BYTE, (long) slot * datagramBytes, length);
        return slot;
    }

    /**
     * Sends what was put together. What the kernel refuses (no route to that client, a full buffer)
     * is left out and counted, and the rest goes on: as on the network, the client asks again.
     *
     * @return 0, or the negative errno of what was refused first
     */
    int flush(int descriptor) {
        int count = couple();
        int at = 0;
        int refused = 0;
        while (at < count) {
            long from = headers.address() + header(at);
            int sent = SystemCalls.send(state, descriptor, from, count - at);
            if (sent > 0) {
                at += sent;
            } else if (sent != -SystemCalls.EINTR && sizes[at] == 1) {
                refused = refused == 0 ? sent : refused;
                unsent++;
                at++;
            } else if (sent != -SystemCalls.EINTR) {
                trains &= !SystemCalls.cannotSegment(-sent);
                refused = refused == 0 && trains ? sent : refused;
                count = uncouple(starts[at]);
                at = 0;
            }
        }
        queued = 0;
        return refused;
    }

    /** Puts trains together and writes their headers; how many there are. */
    private int couple() {
        int count = 0;
        for (int slot = 0; slot < queued; slot++) {
            int train = trains ? train(slot, count) : count;
            if (train == count) {
                heads[count] = slot;
                sizes[count++] = 0;
            }
            sizes[train]++;
            trainOf[slot] = train;
        }
        for (int train = 0, start = 0; train < count; train++) {
            starts[train] = start;
            start += sizes[train];
        }
        for (int slot = 0; slot < queued; slot++) {
            order[starts[trainOf[slot]]++] = slot;
        }
        for (int train = 0; train < count; train++) {
            starts[train] -= sizes[train];
        }
        write(count);
        return count;
    }

    /** Every datagram from a place in the order on by itself; how many these are. */
    private int uncouple(int from) {
        int count = queued - from;
        for (int i = 0; i < count; i++) {
            heads[i] = order[from + i];
            starts[i] = from + i;
            sizes[i] = 1;
        }
        write(count);
        return count;
    }

    /** The train that takes a slot; {@code count} when none does. */
    private int train(int slot, int count) {
        int length = lengths[slot];
        if (length > LONGEST_PART) {
            return count;
        }
        for (int train = 0; train < count; train++) {
            int head = heads[train];
            if (lengths[head] == length
                    && (sizes[train] + 1) * length <= LONGEST_TRAIN
                    && sameReceiver(head, slot)) {
                return train;
            }
        }
        return count;
    }

    private boolean sameReceiver(int one, int other) {
        int count = addressLengths[one];
        int a = one * ADDRESS_BYTES;
        int b = other * ADDRESS_BYTES;
        return count == addressLengths[other]
                && Arrays.equals(addresses, a, a + count, addresses, b, b + count);
    }

    private void write(int count) {
        for (int train = 0; train < count; train++) {
            int head = heads[train];
            int size = sizes[train];
            for (int i = starts[train]; i < starts[train] + size; i++) {
                long part = (long) i * PART_BYTES;
                parts.set(JAVA_LONG, part, data.address() + (long) order[i] * datagramBytes);
                parts.set(JAVA_LONG, part + PART_LENGTH, (long) lengths[order[i]]);
            }
            if (addressLengths[head] > 0) {
                MemorySegment.copy(
                        addresses,
                        head * ADDRESS_BYTES,
                        names,
                        JAVA_BYTE,
                        (long) train * ADDRESS_BYTES,
                        addressLengths[head]);
            }
            long control = (long) train * CONTROL_BYTES;
            controls.set(JAVA_SHORT, control + 16, (short) lengths[head]);
            headers.set(JAVA_INT, header(train) + NAME_LENGTH, addressLengths[head]);
            headers.set(
                    JAVA_LONG,
                    header(train) + PARTS,
                    parts.address() + (long) starts[train] * PART_BYTES);
            headers.set(JAVA_LONG, header(train) + PART_COUNT, (long) size);
            headers.set(
                    JAVA_LONG,
                    header(train) + CONTROL,
                    size > 1 ? controls.address() + control : 0L);
            headers.set(JAVA_LONG, header(train) + CONTROL_LENGTH, size > 1 ? CONTROL_BYTES : 0L);
        }
    }

    static long header(int slot) {
        return (long) slot * HEADER_BYTES;
    }
}
