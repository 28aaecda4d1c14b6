package io.fleetwall.bpf.socket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Receives and sends up to 64 datagrams in one system call, in memory that is used again.
 *
 * <p>A datagram costs no object here, neither on its way in nor on its way out: Netty makes six of
 * it. Slots are prepared again only after they were used, so that a short batch costs what it has
 * in it. For the sockets of one thread; not thread-safe.
 */
public final class DatagramVector implements AutoCloseable {
    /** Bytes of the longest socket address this knows (IPv6), and of each place for one. */
    public static final int ADDRESS_BYTES = 28;

    private static final int SLOTS = 64;

    /** {@code struct mmsghdr} on 64-bit Linux: name, namelen, iov, iovlen, control, flags, len. */
    private static final int HEADER_BYTES = 64;

    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int PARTS = 16;
    private static final int PART_COUNT = 24;
    private static final int LENGTH = 56;

    private static final int PART_BYTES = 16;
    private static final int PART_LENGTH = 8;

    private final Arena arena = Arena.ofShared();
    private final int datagramBytes;
    private final MemorySegment state = arena.allocate(8, 8);
    private final Half in;
    private final Half out;
    private int received;
    private int queued;
    private int queuedFor = -1;
    private long unsent;

    /**
     * @param datagramBytes longest datagram; what is longer arrives cut, or is not sent
     */
    public DatagramVector(int datagramBytes) {
        this.datagramBytes = datagramBytes;
        in = new Half(arena, datagramBytes);
        out = new Half(arena, datagramBytes);
    }

    /** Whether this machine's libc has the system calls, as this knows them. */
    public static boolean available() {
        return SystemCalls.available();
    }

    /**
     * Takes what waits at a socket, without waiting.
     *
     * @return how many came, 0 when nothing waits; an error of the socket as a negative errno
     */
    public int receive(int descriptor) {
        for (int i = 0; i < received; i++) {
            in.headers.set(ValueLayout.JAVA_INT, header(i) + NAME_LENGTH, ADDRESS_BYTES);
        }
        received = 0;
        int count = SystemCalls.receive(state, descriptor, in.headers, SLOTS);
        received = Math.max(0, count);
        return count == -SystemCalls.EAGAIN ? 0 : count;
    }

    /** Whether more may wait: the last receive filled every slot. */
    public boolean full() {
        return received == SLOTS;
    }

    /** Bytes of a received datagram. */
    public int length(int slot) {
        return in.headers.get(ValueLayout.JAVA_INT, header(slot) + LENGTH);
    }

    /** A received datagram's bytes, to the front of an array. */
    public void copy(int slot, byte[] to) {
        MemorySegment.copy(
                in.data,
                ValueLayout.JAVA_BYTE,
                (long) slot * datagramBytes,
                to,
                0,
                Math.min(length(slot), to.length));
    }

    /** The sender's socket address, as the kernel wrote it. */
    public void sender(int slot, byte[] to) {
        MemorySegment.copy(
                in.names, ValueLayout.JAVA_BYTE, (long) slot * ADDRESS_BYTES, to, 0, ADDRESS_BYTES);
    }

    /** Puts a datagram beside the others for this socket; {@link #flush} sends them. */
    public void send(int descriptor, byte[] address, byte[] message, int length) {
        int slot = slot(descriptor, message, length);
        if (slot < 0) {
            return;
        }
        MemorySegment.copy(
                address,
                0,
                out.names,
                ValueLayout.JAVA_BYTE,
                (long) slot * ADDRESS_BYTES,
                ADDRESS_BYTES);
        out.headers.set(ValueLayout.JAVA_INT, header(slot) + NAME_LENGTH, addressLength(address));
    }

    /** The same for a connected socket, whose address the kernel knows. */
    public void sendConnected(int descriptor, byte[] message, int length) {
        int slot = slot(descriptor, message, length);
        if (slot >= 0) {
            out.headers.set(ValueLayout.JAVA_INT, header(slot) + NAME_LENGTH, 0);
        }
    }

    /** The next slot, with the message in it; negative when that is too long. */
    private int slot(int descriptor, byte[] message, int length) {
        if (queued == SLOTS || (queued > 0 && queuedFor != descriptor)) {
            flush();
        }
        if (length > datagramBytes) {
            unsent++;
            return -1;
        }
        int slot = queued++;
        queuedFor = descriptor;
        MemorySegment.copy(
                message, 0, out.data, ValueLayout.JAVA_BYTE, (long) slot * datagramBytes, length);
        out.parts.set(ValueLayout.JAVA_LONG, (long) slot * PART_BYTES + PART_LENGTH, (long) length);
        return slot;
    }

    /**
     * Sends what was put together. What the kernel refuses (no route to that client, a full buffer)
     * is left out and counted, and the rest goes on: as on the network, the client asks again.
     *
     * @return 0, or the negative errno of what was refused first
     */
    public int flush() {
        int at = 0;
        int refused = 0;
        while (at < queued) {
            int sent =
                    SystemCalls.send(
                            state,
                            queuedFor,
                            at == 0 ? out.headers : out.headers.asSlice(header(at)),
                            queued - at);
            if (sent > 0) {
                at += sent;
            } else if (sent != -SystemCalls.EINTR) {
                refused = refused == 0 ? sent : refused;
                unsent++;
                at++;
            }
        }
        queued = 0;
        return refused;
    }

    /** Datagrams that the kernel did not take. */
    public long unsent() {
        return unsent;
    }

    @Override
    public void close() {
        arena.close();
    }

    /** AF_INET is 16 bytes, AF_INET6 28. */
    private static int addressLength(byte[] address) {
        return address[0] == SystemCalls.AF_INET ? 16 : ADDRESS_BYTES;
    }

    private static long header(int slot) {
        return (long) slot * HEADER_BYTES;
    }

    /** Headers, addresses, parts and bytes of one direction; headers point at the others. */
    private static final class Half {
        private final MemorySegment headers;
        private final MemorySegment names;
        private final MemorySegment parts;
        private final MemorySegment data;

        Half(Arena arena, int datagramBytes) {
            headers = arena.allocate((long) SLOTS * HEADER_BYTES, 8);
            names = arena.allocate((long) SLOTS * ADDRESS_BYTES, 8);
            parts = arena.allocate((long) SLOTS * PART_BYTES, 8);
            data = arena.allocate((long) SLOTS * datagramBytes, 8);
            for (int i = 0; i < SLOTS; i++) {
                long part = (long) i * PART_BYTES;
                parts.set(ValueLayout.JAVA_LONG, part, data.address() + (long) i * datagramBytes);
                parts.set(ValueLayout.JAVA_LONG, part + PART_LENGTH, datagramBytes);
                headers.set(
                        ValueLayout.JAVA_LONG,
                        header(i) + NAME,
                        names.address() + (long) i * ADDRESS_BYTES);
                headers.set(ValueLayout.JAVA_INT, header(i) + NAME_LENGTH, ADDRESS_BYTES);
                headers.set(ValueLayout.JAVA_LONG, header(i) + PARTS, parts.address() + part);
                headers.set(ValueLayout.JAVA_LONG, header(i) + PART_COUNT, 1L);
            }
        }
    }
}
