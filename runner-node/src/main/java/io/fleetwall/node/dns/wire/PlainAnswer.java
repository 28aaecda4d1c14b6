package io.fleetwall.node.dns.wire;

import io.fleetwall.node.dns.address.CanonicalAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the reply that nearly every question gets: addresses of the very name that was asked, and
 * nothing else.
 *
 * <p>In one pass, and with no object but the answer's own. {@link AnswerReader} reads every other
 * reply, and of these it would make the same.
 */
final class PlainAnswer {
    /** Pointer to the question's name, type, class, TTL, length. */
    private static final int RECORD = 12;

    private static final int OWNER = 0xc000 | Dns.HEADER;

    private PlainAnswer() {}

    /**
     * The answer; null when the reply is of another kind, or none.
     *
     * @param message without error, its question compared
     */
    static @Nullable Answer read(byte[] message, int length, QueryView query, AnswerLimits limits) {
        int count = u16(message, 6);
        int type = query.type();
        int data = type == Dns.A ? 4 : type == Dns.AAAA ? 16 : 0;
        int start = Dns.HEADER + query.nameLength() + 4;
        int end = start + count * (RECORD + data);
        boolean plain =
                data > 0
                        && count > 0
                        && count <= limits.addresses()
                        && u16(message, 8) == 0
                        && query.nameLength() > 1
                        && end <= length;
        for (int at = start; plain && at < end; at += RECORD + data) {
            plain =
                    u16(message, at) == OWNER
                            && u16(message, at + 2) == type
                            && u16(message, at + 4) == Dns.CLASS_IN
                            && u16(message, at + 10) == data;
        }
        return plain ? copy(message, end, query, limits) : null;
    }

    private static Answer copy(byte[] message, int end, QueryView query, AnswerLimits limits) {
        int start = Dns.HEADER + query.nameLength() + 4;
        int count = u16(message, 6);
        int record = (end - start) / count;
        byte[] copy = new byte[end];
        int[] ttls = new int[count];
        byte[][] addresses = new byte[count][];
        put(copy, 2, Dns.QR | Dns.RA | (message[3] & (Dns.AD | Dns.RCODE)));
        put(copy, 4, 1);
        put(copy, 6, count);
        System.arraycopy(query.nameBuffer(), 0, copy, Dns.HEADER, query.nameLength());
        System.arraycopy(message, start - 4, copy, start - 4, end - start + 4);
        int lifetime = limits.ttlSeconds();
        for (int i = 0; i < count; i++) {
            int at = start + i * record;
            int ttl = u16(message, at + 6) << 16 | u16(message, at + 8);
            // RFC 2181 section 8: a TTL with its top bit set is zero.
            int kept = Math.clamp(ttl, 0, limits.ttlSeconds());
            put(copy, at + 6, kept >>> 16);
            put(copy, at + 8, kept);
            ttls[i] = at + 6;
            lifetime = Math.min(lifetime, kept);
            addresses[i] = CanonicalAddress.of(message, at + RECORD, record - RECORD);
        }
        return new Answer(copy, ttls, lifetime, List.of(addresses), List.of());
    }

    private static int u16(byte[] message, int at) {
        return (message[at] & 0xff) << 8 | (message[at + 1] & 0xff);
    }

    private static void put(byte[] message, int at, int value) {
        message[at] = (byte) (value >>> 8);
        message[at + 1] = (byte) value;
    }
}
