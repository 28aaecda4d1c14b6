package io.fleetwall.node.dns.wire;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A question as it goes to an upstream: a fresh id and letter case (0x20) that an off-path forger
 * has to guess, and only these bits of the client's: type, DO and CD.
 */
public final class SentQuestion {
    private final QueryView query;
    private final byte[] message;
    private final int questionEnd;

    public SentQuestion(QueryView query, int id, RandomGenerator random) {
        this.query = query;
        MessageWriter out = new MessageWriter(Dns.HEADER + MessageCursor.MAX_NAME + 4 + 11);
        out.u16(id);
        out.u16(Dns.RD | Dns.AD | (query.checkingDisabled() ? Dns.CD : 0));
        out.u16(1);
        out.u32(0);
        out.u16(1);
        out.bytes(mixed(query, random), 0, query.nameLength());
        out.u16(query.type());
        out.u16(Dns.CLASS_IN);
        questionEnd = out.length();
        out.u8(0);
        out.u16(Dns.OPT);
        out.u16(Dns.EDNS_PAYLOAD);
        out.u32(query.dnssecOk() ? 0x8000 : 0);
        out.u16(0);
        message = Arrays.copyOf(out.buffer(), out.length());
    }

    /** One random bit per byte decides the case of a letter: up to 2^n for a forger to guess. */
    private static byte[] mixed(QueryView query, RandomGenerator random) {
        byte[] name = query.name();
        long bits = 0;
        for (int i = 0; i < name.length; i++) {
            bits = i % 64 == 0 ? random.nextLong() : bits >>> 1;
            if (name[i] >= 'a' && name[i] <= 'z' && (bits & 1) != 0) {
                name[i] = (byte) (name[i] - 0x20);
            }
        }
        return name;
    }

    public QueryView query() {
        return query;
    }

    public int id() {
        return ((message[0] & 0xff) << 8) | (message[1] & 0xff);
    }

    /** The message to send; never modified. */
    public byte[] message() {
        return message;
    }

    /** Whether a message answers exactly this: id, opcode, one question, the same bytes. */
    boolean matches(byte[] reply, int length) {
        return length >= questionEnd
                && reply[0] == message[0]
                && reply[1] == message[1]
                && (reply[2] & 0xf8) == 0x80
                && reply[4] == 0
                && reply[5] == 1
                && Arrays.equals(reply, Dns.HEADER, questionEnd, message, Dns.HEADER, questionEnd);
    }

    /**
     * Whether a message would match but for its letter case: an upstream that folds it, to be asked
     * again over TCP, where nobody off path can answer.
     */
    public boolean matchesFolded(byte[] reply, int length) {
        if (length < questionEnd) {
            return false;
        }
        byte[] folded = Arrays.copyOf(reply, length);
        byte[] name = query.name();
        for (int i = 0; i < name.length; i++) {
            if (Names.lower(folded[Dns.HEADER + i]) != name[i]) {
                return false;
            }
        }
        System.arraycopy(message, Dns.HEADER, folded, Dns.HEADER, name.length);
        return matches(folded, length);
    }
}
