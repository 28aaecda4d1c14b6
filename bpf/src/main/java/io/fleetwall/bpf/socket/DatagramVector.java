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

    private static final int SLOTS = SendQueue.SLOTS;
    private static final int LENGTH = 56;

    private final Arena arena = Arena.ofShared();
    private final int datagramBytes;
    private final MemorySegment state = arena.allocate(8, 8);
    private final MemorySegment headers;
    private final MemorySegment names;
    private final MemorySegment data;
    private final SendQueue out;
    private int received;
    private int queuedFor = -1;

    /**
     * @param datagramBytes longest datagram; what is longer arrives cut, or is not sent
     */
    public DatagramVector(int datagramBytes) {
        this.datagramBytes = datagramBytes;
        headers = arena.allocate((long) SLOTS * SendQueue.HEADER_BYTES, 8);
        names = arena.allocate((long) SLOTS * ADDRESS_BYTES, 8);
        data = arena.allocate((long) SLOTS * datagramBytes, 8);
        out = new SendQueue(arena, datagramBytes);
        prepare(arena.allocate((long) SLOTS * SendQueue.PART_BYTES, 8));
    }

    /** Headers point at addresses, and over parts at the bytes. */
    private void prepare(MemorySegment parts) {
        for (int i = 0; i < SLOTS; i++) {
            long header = SendQueue.header(i);
            long part = (long) i * SendQueue.PART_BYTES;
            parts.set(ValueLayout.JAVA_LONG, part, data.address() + (long) i * datagramBytes);
            parts.set(ValueLayout.JAVA_LONG, part + SendQueue.PART_LENGTH, datagramBytes);
            headers.set(
                    ValueLayout.JAVA_LONG,
                    header + SendQueue.NAME,
                    names.address() + (long) i * ADDRESS_BYTES);
            headers.set(ValueLayout.JAVA_INT, header + SendQueue.NAME_LENGTH, ADDRESS_BYTES);
            headers.set(ValueLayout.JAVA_LONG, header + SendQueue.PARTS, parts.address() + part);
            headers.set(ValueLayout.JAVA_LONG, header + SendQueue.PART_COUNT, 1L);
        }
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
            headers.set(
                    ValueLayout.JAVA_INT,
                    SendQueue.header(i) + SendQueue.NAME_LENGTH,
                    ADDRESS_BYTES);
        }
        received = 0;
        int count = SystemCalls.receive(state, descriptor, headers.address(), SLOTS);
        received = Math.max(0, count);
        return count == -SystemCalls.EAGAIN ? 0 : count;
    }

    /** Whether more may wait: the last receive filled every slot. */
    public boolean full() {
        return received == SLOTS;
    }

    /** Bytes of a received datagram. */
    public int length(int slot) {
        return headers.get(ValueLayout.JAVA_INT, SendQueue.header(slot) + LENGTH);
    }

    /** A received datagram's bytes, to the front of an array. */
    public void copy(int slot, byte[] to) {
        MemorySegment.copy(
                data,
                ValueLayout.JAVA_BYTE,
                (long) slot * datagramBytes,
                to,
                0,
                Math.min(length(slot), to.length));
    }

    /** The sender's socket address, as the kernel wrote it. */
    public void sender(int slot, byte[] to) {
        MemorySegment.copy(
                names, ValueLayout.JAVA_BYTE, (long) slot * ADDRESS_BYTES, to, 0, ADDRESS_BYTES);
    }

    /** Puts a datagram beside the others for this socket; {@link #flush} sends them. */
    public void send(int descriptor, byte[] address, byte[] message, int length) {
        begin(descriptor);
        out.add(address, message, length);
    }

    /** The same for a connected socket, whose address the kernel knows. */
    public void sendConnected(int descriptor, byte[] message, int length) {
        begin(descriptor);
        out.add(message, length);
    }

    private void begin(int descriptor) {
        if (out.isFull() || (queuedFor != descriptor && !out.isEmpty())) {
            flush();
        }
        queuedFor = descriptor;
    }

    /**
     * Sends what was put together; the order of datagrams is nobody's promise. What the kernel
     * refuses (no route to that client, a full buffer) is left out and counted, and the rest goes
     * on: as on the network, the client asks again.
     *
     * @return 0, or the negative errno of what was refused first
     */
    public int flush() {
        return out.isEmpty() ? 0 : out.flush(queuedFor);
    }

    /** Datagrams that the kernel did not take. */
    public long unsent() {
        return out.unsent();
    }

    @Override
    public void close() {
        arena.close();
    }
}
