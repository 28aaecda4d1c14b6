package io.fleetwall.laboratory.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses that answer a question, or the code why there are none.
 *
 * @param code RFC 1035 RCODE: 0 fine, 3 no such name, 5 refused
 * @param addresses of A and AAAA records
 */
public record DnsAnswer(int code, List<InetAddress> addresses) {
    /** No such name. */
    public static final int NXDOMAIN = 3;

    /** Refused for reasons of policy. */
    public static final int REFUSED = 5;

    private static final int RESPONSE = 0x8400;
    private static final int RECURSION_FLAGS = 0x0180;
    private static final int POINTER_TO_QUESTION = 0xc00c;
    private static final int FIXED_RECORD = 10;

    public DnsAnswer {
        addresses = List.copyOf(addresses);
    }

    /** The whole response message to a question. */
    public byte[] toBytes(DnsQuestion question, int ttlSeconds) {
        byte[] asked = question.toBytes();
        int records =
                addresses.stream().mapToInt(a -> 2 + FIXED_RECORD + a.getAddress().length).sum();
        ByteBuffer message = ByteBuffer.allocate(asked.length + records);
        message.put(asked);
        message.putShort(2, (short) (RESPONSE | RECURSION_FLAGS | code));
        message.putShort(6, (short) addresses.size());
        for (InetAddress address : addresses) {
            byte[] raw = address.getAddress();
            DnsType type = raw.length == 4 ? DnsType.A : DnsType.AAAA;
            message.putShort((short) POINTER_TO_QUESTION).putShort((short) type.number());
            message.putShort((short) 1).putInt(ttlSeconds).putShort((short) raw.length).put(raw);
        }
        return message.array();
    }

    /** Reads the response to a question; empty when it is not one. */
    public static Optional<DnsAnswer> read(DnsQuestion question, byte[] bytes) {
        try {
            ByteBuffer message = ByteBuffer.wrap(bytes);
            int id = message.getShort() & 0xffff;
            int flags = message.getShort();
            message.getShort();
            int answers = message.getShort();
            if (id != question.id() || (flags & 0x8000) == 0) {
                return Optional.empty();
            }
            message.position(question.toBytes().length);
            return Optional.of(new DnsAnswer(flags & 0xf, readRecords(message, answers)));
        } catch (BufferUnderflowException | IllegalArgumentException | UnknownHostException _) {
            return Optional.empty();
        }
    }

    private static List<InetAddress> readRecords(ByteBuffer message, int count)
            throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            skipName(message);
            int type = message.getShort();
            message.position(message.position() + 6);
            byte[] data = new byte[message.getShort() & 0xffff];
            message.get(data);
            if (type == DnsType.A.number() || type == DnsType.AAAA.number()) {
                addresses.add(InetAddress.getByAddress(data));
            }
        }
        return addresses;
    }

    private static void skipName(ByteBuffer message) {
        for (int length = message.get() & 0xff; length != 0; length = message.get() & 0xff) {
            if (length >= 0xc0) {
                message.get();
                return;
            }
            message.position(message.position() + length);
        }
    }
}
