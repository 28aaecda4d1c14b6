package io.fleetwall.node.dns.wire;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A question as it goes to an upstream: a fresh id and letter case (0x20) that an off-path forger
 * has to guess, and only these bits of the client's: type, DO and CD.
 */
public final class SentQuestion {
    /** An OPT record without options. */
    private static final int OPTIONS = 11;

    private final QueryView query;
    private final byte[] message;
    private final int questionEnd;

    public SentQuestion(QueryView query, int id, RandomGenerator random) {
        this.query = query;
        int nameLength = query.nameLength();
        questionEnd = Dns.HEADER + nameLength + 4;
        message = new byte[questionEnd + OPTIONS];
        u16(0, id);
        u16(2, Dns.RD | Dns.AD | (query.checkingDisabled() ? Dns.CD : 0));
        u16(4, 1);
        u16(10, 1);
        System.arraycopy(query.nameBuffer(), 0, message, Dns.HEADER, nameLength);
        mix(nameLength, random);
        u16(questionEnd - 4, query.type());
        u16(questionEnd - 2, Dns.CLASS_IN);
        u16(questionEnd + 1, Dns.OPT);
        u16(questionEnd + 3, Dns.EDNS_PAYLOAD);
        u16(questionEnd + 7, query.dnssecOk() ? 0x8000 : 0);
    }

    private void u16(int at, int value) {
        message[at] = (byte) (value >>> 8);
        message[at + 1] = (byte) value;
    }

    /** One random bit per byte decides the case of a letter: up to 2^n for a forger to guess. */
    private void mix(int nameLength, RandomGenerator random) {
        long bits = 0;
        for (int i = 0; i < nameLength; i++) {
            bits = i % 64 == 0 ? random.nextLong() : bits >>> 1;
            byte letter = message[Dns.HEADER + i];
            if (letter >= 'a' && letter <= 'z' && (bits & 1) != 0) {
                message[Dns.HEADER + i] = (byte) (letter - 0x20);
            }
        }
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
