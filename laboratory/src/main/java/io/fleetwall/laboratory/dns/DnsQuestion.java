package io.fleetwall.laboratory.dns;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One question, read from and written to a whole DNS message (RFC 1035 §4.1).
 *
 * @param id of the message
 * @param name without the trailing dot
 * @param type its number, which may be one that {@link DnsType} lacks
 */
public record DnsQuestion(int id, String name, int type) {
    static final int HEADER = 12;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int CLASS_IN = 1;
    private static final int LONGEST_NAME = 255;

    /** A query message. */
    public byte[] toBytes() {
        byte[] wireName = wireName(name);
        ByteBuffer message = ByteBuffer.allocate(HEADER + wireName.length + 4);
        message.putShort((short) id).putShort((short) RECURSION_DESIRED);
        message.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        message.put(wireName).putShort((short) type).putShort((short) CLASS_IN);
        return message.array();
    }

    /** Reads a query message; empty when it is none. */
    public static Optional<DnsQuestion> read(byte[] bytes) {
        try {
            ByteBuffer message = ByteBuffer.wrap(bytes);
            int id = message.getShort() & 0xffff;
            int flags = message.getShort();
            int questions = message.getShort();
            message.position(HEADER);
            if ((flags & 0x8000) != 0 || questions != 1) {
                return Optional.empty();
            }
            String name = readName(message);
            int type = message.getShort() & 0xffff;
            return message.getShort() == CLASS_IN
                    ? Optional.of(new DnsQuestion(id, name, type))
                    : Optional.empty();
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String readName(ByteBuffer message) {
        StringBuilder name = new StringBuilder();
        for (int length = message.get(); length != 0; length = message.get()) {
            if (length < 0 || length > 63 || name.length() + length > LONGEST_NAME) {
                throw new IllegalArgumentException("not a plain name");
            }
            byte[] label = new byte[length];
            message.get(label);
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(label, StandardCharsets.ISO_8859_1));
        }
        return name.toString();
    }

    static byte[] wireName(String name) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (String label : name.split("\\.", -1)) {
            byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
            if (bytes.length == 0 || bytes.length > 63) {
                throw new IllegalArgumentException(
                        "label of " + bytes.length + " bytes in " + name);
            }
            wire.write(bytes.length);
            wire.writeBytes(bytes);
        }
        wire.write(0);
        return wire.toByteArray();
    }
}
