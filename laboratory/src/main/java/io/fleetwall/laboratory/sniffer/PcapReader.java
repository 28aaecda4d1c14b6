package io.fleetwall.laboratory.sniffer;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Reads a stream of captured Ethernet frames in the classic pcap format (IETF draft opsawg-pcap),
 * microsecond variant, of either byte order.
 */
final class PcapReader {
    private static final int MAGIC = 0xa1b2c3d4;
    private static final int ETHERNET = 1;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;

    /** tcpdump's own largest snapshot: a longer record means that the stream is out of step. */
    private static final int LARGEST_FRAME = 262_144;

    private final InputStream in;
    private final ByteOrder order;

    /** Reads the file header. */
    PcapReader(InputStream stream) throws IOException {
        in = new BufferedInputStream(stream);
        ByteBuffer header = ByteBuffer.wrap(in.readNBytes(FILE_HEADER));
        if (header.limit() < FILE_HEADER) {
            throw new EOFException("no pcap header");
        }
        order = header.getInt(0) == MAGIC ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        header.order(order);
        if (header.getInt(0) != MAGIC || header.getInt(20) != ETHERNET) {
            throw new IOException("not a microsecond pcap of Ethernet frames");
        }
    }

    /** A frame and when it was seen. */
    record Frame(long epochMicros, byte[] bytes) {}

    /** The next frame; empty when the capture has ended. */
    Optional<Frame> next() throws IOException {
        byte[] raw = in.readNBytes(RECORD_HEADER);
        if (raw.length < RECORD_HEADER) {
            return Optional.empty();
        }
        ByteBuffer header = ByteBuffer.wrap(raw).order(order);
        long micros = Integer.toUnsignedLong(header.getInt()) * 1_000_000 + header.getInt();
        int captured = header.getInt();
        if (captured < 0 || captured > LARGEST_FRAME) {
            throw new IOException("a captured frame of " + captured + " bytes");
        }
        byte[] bytes = in.readNBytes(captured);
        return bytes.length < captured ? Optional.empty() : Optional.of(new Frame(micros, bytes));
    }
}
