package io.fleetwall.node.dns.cache;

import io.fleetwall.node.dns.address.CanonicalAddress;
import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.Dns;
import io.fleetwall.node.dns.wire.QueryView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An answer in one array: the message, two bytes for each TTL's offset, aliases (a length and
 * labels each), 0. The array may be longer. Addresses are not written twice: they are the data of
 * the message's A and AAAA records, all of which are the question's.
 */
final class AnswerForm {
    /** From a TTL's offset back to the record's type, and on to its data's length and data. */
    private static final int TYPE = -4;

    private static final int DATA_LENGTH = 4;
    private static final int DATA = 6;

    private AnswerForm() {}

    /** Bytes an answer takes. */
    static int bytes(Answer answer) {
        int bytes = answer.length() + 2 * answer.records() + 1;
        for (byte[] alias : answer.aliases()) {
            bytes += 1 + alias.length;
        }
        return bytes;
    }

    /** Whether a message has a query's name, of which it is known to have the length. */
    static boolean asks(byte[] message, QueryView query) {
        int end = Dns.HEADER + query.nameLength();
        return Arrays.equals(message, Dns.HEADER, end, query.nameBuffer(), 0, query.nameLength());
    }

    static void write(Answer answer, byte[] form) {
        int at = answer.length();
        System.arraycopy(answer.bytes(), 0, form, 0, at);
        for (int i = 0; i < answer.records(); i++) {
            form[at++] = (byte) (answer.ttlAt(i) >>> 8);
            form[at++] = (byte) answer.ttlAt(i);
        }
        for (byte[] alias : answer.aliases()) {
            form[at++] = (byte) alias.length;
            System.arraycopy(alias, 0, form, at, alias.length);
            at += alias.length;
        }
        form[at] = 0;
    }

    /**
     * The answer again.
     *
     * @param length of its message
     */
    static Answer read(byte[] form, int length, int records, int ttlSeconds) {
        int[] ttls = new int[records];
        byte[][] addresses = new byte[records][];
        int found = 0;
        for (int i = 0; i < records; i++) {
            int ttl = u16(form, length + 2 * i);
            ttls[i] = ttl;
            int type = u16(form, ttl + TYPE);
            if (type == Dns.A || type == Dns.AAAA) {
                int size = u16(form, ttl + DATA_LENGTH);
                addresses[found++] = CanonicalAddress.of(form, ttl + DATA, size);
            }
        }
        return new Answer(
                Arrays.copyOf(form, length),
                ttls,
                ttlSeconds,
                List.of(found == records ? addresses : Arrays.copyOf(addresses, found)),
                aliases(form, length + 2 * records));
    }

    private static List<byte[]> aliases(byte[] form, int from) {
        if (form[from] == 0) {
            return List.of();
        }
        List<byte[]> aliases = new ArrayList<>();
        int at = from;
        while (form[at] != 0) {
            int next = at + 1 + (form[at] & 0xff);
            aliases.add(Arrays.copyOfRange(form, at + 1, next));
            at = next;
        }
        return aliases;
    }

    static int u16(byte[] form, int at) {
        return (form[at] & 0xff) << 8 | (form[at + 1] & 0xff);
    }
}
