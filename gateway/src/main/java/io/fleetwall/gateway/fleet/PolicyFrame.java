package io.fleetwall.gateway.fleet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A policy's message, and the same as a server's WebSocket frame (RFC 6455, 5.2), which has no mask
 * and so is the same for all nodes: it goes into TLS as it is, without a copy a node. Neither is to
 * be written to.
 *
 * @param wire in memory that is freed with it; empty for what one short frame does not hold
 */
record PolicyFrame(Buffer message, Optional<ByteBuf> wire) {
    private static final byte WHOLE_BINARY = (byte) 0x82;
    private static final byte LENGTH_OF_16_BITS = 126;
    private static final int HEADER = 4;
    private static final int SHORTEST = 126;
    private static final int LONGEST = 0xffff;

    static PolicyFrame of(byte[] message) {
        boolean fits = message.length >= SHORTEST && message.length <= LONGEST;
        return new PolicyFrame(
                Buffer.buffer(message), fits ? Optional.of(wire(message)) : Optional.empty());
    }

    private static ByteBuf wire(byte[] message) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(HEADER + message.length)
                        .put(WHOLE_BINARY)
                        .put(LENGTH_OF_16_BITS)
                        .putShort((short) message.length)
                        .put(message)
                        .flip();
        return Unpooled.wrappedBuffer(bytes);
    }

    int length() {
        return message.length();
    }
}
