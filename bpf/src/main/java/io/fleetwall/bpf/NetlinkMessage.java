package io.fleetwall.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * One netlink message (RFC 3549): a header, a fixed part, attributes. The bytes are a copy; nothing
 * here reaches beyond them.
 *
 * @param body everything behind the header
 */
record NetlinkMessage(int type, int flags, byte[] body) {
    static final int HEADER_BYTES = 16;
    static final int REQUEST = 1;
    static final int MULTI = 2;
    static final int ACK = 4;

    /** NLM_F_DUMP_INTR: what is told changed meanwhile. */
    static final int TORN = 0x10;

    static final int DUMP = 0x300;
    static final int CREATE_ONLY = 0x600;

    static final int ERROR = 2;
    static final int DONE = 3;
    static final int OVERRUN = 4;

    private static final int ATTRIBUTE_BYTES = 4;

    /** NLA_F_NESTED: the value is attributes. */
    static final int NESTED = 0x8000;

    private static final int ATTRIBUTE_TYPE = 0x3fff;

    /** Bytes of a message that is to be sent. */
    byte[] encode(int sequence) {
        return order(ByteBuffer.allocate(HEADER_BYTES + body.length))
                .putInt(HEADER_BYTES + body.length)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(sequence)
                .putInt(0)
                .put(body)
                .array();
    }

    /** The next message of what was received; moves the buffer behind it. */
    static NetlinkMessage next(ByteBuffer received) {
        order(received);
        int start = received.position();
        int length = received.getInt();
        int available = received.limit() - start;
        if (length < HEADER_BYTES || length > available) {
            throw new BpfException(0, "netlink", "message", "its length is " + length);
        }
        int type = received.getShort() & 0xffff;
        int flags = received.getShort() & 0xffff;
        byte[] body = new byte[length - HEADER_BYTES];
        received.position(start + HEADER_BYTES).get(body);
        received.position(Math.min(start + aligned(length), received.limit()));
        return new NetlinkMessage(type, flags, body);
    }

    /** The attributes within an attribute, by type. */
    static Map<Integer, byte[]> nested(byte[] attribute) {
        return new NetlinkMessage(0, 0, attribute).attributes(0);
    }

    /** The fixed part, in the machine's order. */
    ByteBuffer fixed() {
        return order(ByteBuffer.wrap(body));
    }

    /** The attributes behind a fixed part of so many bytes, by type; the last of equals. */
    Map<Integer, byte[]> attributes(int fixedBytes) {
        Map<Integer, byte[]> attributes = new HashMap<>();
        ByteBuffer rest = order(ByteBuffer.wrap(body));
        int at = aligned(fixedBytes);
        while (at + ATTRIBUTE_BYTES <= body.length) {
            int length = rest.getShort(at) & 0xffff;
            if (length < ATTRIBUTE_BYTES || at + length > body.length) {
                throw new BpfException(0, "netlink", "attribute", "its length is " + length);
            }
            int type = rest.getShort(at + 2) & ATTRIBUTE_TYPE;
            attributes.put(type, Arrays.copyOfRange(body, at + ATTRIBUTE_BYTES, at + length));
            at += aligned(length);
        }
        return attributes;
    }

    /** A number of four bytes in the machine's order; 0 when the attribute is missing. */
    static int number(Map<Integer, byte[]> attributes, int type) {
        byte[] value = attributes.get(type);
        return value == null || value.length < 4 ? 0 : order(ByteBuffer.wrap(value)).getInt();
    }

    /** A text that may end in NUL; empty when the attribute is missing. */
    static String text(Map<Integer, byte[]> attributes, int type) {
        byte[] value = attributes.getOrDefault(type, new byte[0]);
        int length = 0;
        while (length < value.length && value[length] != 0) {
            length++;
        }
        return new String(value, 0, length, StandardCharsets.UTF_8);
    }

    /** Writes a body: a fixed part, then attributes. */
    static final class Writer {
        private final ByteBuffer buffer = order(ByteBuffer.allocate(256));

        Writer fixed(byte[] part) {
            buffer.put(part).position(aligned(buffer.position()));
            return this;
        }

        Writer number(int type, int value) {
            buffer.putShort((short) 8).putShort((short) type).putInt(value);
            return this;
        }

        Writer text(int type, String value) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            buffer.putShort((short) (ATTRIBUTE_BYTES + bytes.length + 1)).putShort((short) type);
            buffer.put(bytes).put((byte) 0).position(aligned(buffer.position()));
            return this;
        }

        /** Bytes as they are. */
        Writer bytes(int type, byte[] value) {
            buffer.putShort((short) (ATTRIBUTE_BYTES + value.length)).putShort((short) type);
            buffer.put(value).position(aligned(buffer.position()));
            return this;
        }

        byte[] body() {
            return Arrays.copyOf(buffer.array(), buffer.position());
        }
    }

    private static int aligned(int length) {
        return length + 3 & ~3;
    }

    private static ByteBuffer order(ByteBuffer buffer) {
        return buffer.order(ByteOrder.nativeOrder());
    }
}
