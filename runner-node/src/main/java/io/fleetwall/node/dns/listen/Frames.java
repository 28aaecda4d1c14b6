package io.fleetwall.node.dns.listen;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Cuts a TCP stream into messages: two bytes of length, then so many bytes (RFC 1035 section
 * 4.2.2). Keeps at most one message; the buffer grows with what arrived, never with what was
 * announced.
 */
public final class Frames {
    /** What becomes of the stream's messages. */
    public interface Sink {
        /** A complete message, valid during the call. */
        void message(byte[] message, int length);

        /** A message longer than the limit was announced; its first bytes. The stream ends here. */
        void tooLong(byte[] start, int length);

        /** Whether the sink takes a message now; otherwise bytes stay in the input. */
        boolean ready();
    }

    private static final int HEADER = 12;

    private final int limit;
    private final Sink sink;
    private byte[] message = new byte[512];
    private int lengthByte = -1;
    private int announced = -1;
    private int filled;
    private boolean ended;

    public Frames(int limit, Sink sink) {
        this.limit = limit;
        this.sink = sink;
    }

    /** Reads as many messages as there are; leaves bytes only when the sink is not ready. */
    public void read(ByteBuf input) {
        while (!ended && sink.ready() && (announced >= 0 || announce(input))) {
            int wanted = announced > limit ? HEADER : announced;
            int count = Math.min(input.readableBytes(), wanted - filled);
            if (filled + count > message.length) {
                message = Arrays.copyOf(message, Math.max(filled + count, 2 * message.length));
            }
            input.readBytes(message, filled, count);
            filled += count;
            if (filled < wanted) {
                return;
            }
            complete();
        }
        if (ended) {
            input.skipBytes(input.readableBytes());
        }
    }

    /** The length may come in two pieces: what was read of it stays here, never in the input. */
    private boolean announce(ByteBuf input) {
        if (lengthByte < 0 && input.isReadable()) {
            lengthByte = input.readUnsignedByte();
        }
        if (lengthByte < 0 || !input.isReadable()) {
            return false;
        }
        announced = (lengthByte << 8) | input.readUnsignedByte();
        lengthByte = -1;
        filled = 0;
        return true;
    }

    private void complete() {
        int length = announced;
        announced = -1;
        if (length > limit) {
            ended = true;
            sink.tooLong(message, HEADER);
        } else {
            sink.message(message, length);
        }
    }
}
