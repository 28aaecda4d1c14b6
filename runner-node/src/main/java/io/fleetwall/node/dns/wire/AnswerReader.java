package io.fleetwall.node.dns.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads an upstream's reply against the question it was asked, and copies what belongs to that
 * question into a new message.
 *
 * <p>A reply may carry anything: addresses of other names, a chain that leaves the question, hints
 * that no one judged. Copying only the question's chain (RFC 1034 section 3.6.2) means that nothing
 * reaches a client that was not looked at, and that a cached message holds no more than its answer.
 * Reused; not thread-safe.
 */
public final class AnswerReader {
    /** Records in one section: 4 KiB of UDP hold about 340 of the smallest. */
    private static final int MAX_RECORDS = 400;

    /** CNAMEs followed; resolvers stop between 8 and 16. */
    private static final int MAX_ALIASES = 12;

    private final MessageCursor cursor = new MessageCursor();
    private final byte[] scratch = new byte[MessageCursor.MAX_NAME];
    private final AnswerLimits limits;
    private final AnswerComposer composer;

    public AnswerReader(AnswerLimits limits) {
        this.limits = limits;
        composer = new AnswerComposer(limits);
    }

    /** Reads a reply to a question with id and question section compared byte by byte. */
    public Reading read(byte[] message, int length, SentQuestion sent) {
        if (!sent.matches(message, length)) {
            return new Reading.Foreign();
        }
        cursor.over(message, length);
        cursor.u16();
        int flags = cursor.u16();
        if ((flags & Dns.TC) != 0) {
            return new Reading.Truncated();
        }
        int code = flags & Dns.RCODE;
        if (code != Dns.NOERROR && code != Dns.NXDOMAIN) {
            return new Reading.Failed(code);
        }
        Answer plain =
                code == Dns.NOERROR
                        ? PlainAnswer.read(message, length, sent.query(), limits)
                        : null;
        if (plain != null) {
            return new Reading.Complete(plain);
        }
        return copy(message, sent.query(), AddressFilter.ALL)
                .<Reading>map(Reading.Complete::new)
                .orElseGet(Reading.Malformed::new);
    }

    /** The same answer without the addresses that {@code filter} turns down. */
    public Answer without(Answer answer, QueryView query, AddressFilter filter) {
        cursor.over(answer.message(), answer.message().length);
        cursor.skip(4);
        return copy(answer.message(), query, filter)
                .orElseThrow(() -> new IllegalStateException("own message not readable"));
    }

    /** From the counts of the header on. */
    private Optional<Answer> copy(byte[] message, QueryView query, AddressFilter filter) {
        int questions = cursor.u16();
        int answers = cursor.u16();
        int authorities = cursor.u16();
        cursor.u16();
        if (questions != 1 || answers > MAX_RECORDS || authorities > MAX_RECORDS) {
            return Optional.empty();
        }
        cursor.name(scratch);
        cursor.skip(4);
        List<AnswerRecord> answer = section(answers);
        List<AnswerRecord> authority = section(authorities);
        if (cursor.broken()) {
            return Optional.empty();
        }
        List<byte[]> chain = chain(message, answer, query);
        if (cursor.broken()) {
            return Optional.empty();
        }
        return composer.compose(new Chain(message, query, chain, filter), answer, authority);
    }

    private List<AnswerRecord> section(int count) {
        List<AnswerRecord> records = new ArrayList<>(count);
        for (int i = 0; i < count && !cursor.broken(); i++) {
            byte[] owner = Arrays.copyOf(scratch, cursor.name(scratch));
            int type = cursor.u16();
            int recordClass = cursor.u16();
            long ttl = cursor.u32();
            int length = cursor.u16();
            int rdata = cursor.position();
            cursor.skip(length);
            if (recordClass == Dns.CLASS_IN) {
                records.add(new AnswerRecord(owner, type, ttl, rdata, length));
            }
        }
        return records;
    }

    /** The question's name and every name its CNAMEs lead to, in order; breaks on a loop. */
    private List<byte[]> chain(byte[] message, List<AnswerRecord> records, QueryView query) {
        List<byte[]> names = new ArrayList<>();
        byte[] current = query.name();
        while (current.length > 0) {
            if (names.size() > MAX_ALIASES || contains(names, current)) {
                cursor.breakOff();
                return names;
            }
            names.add(current);
            current = query.type() == Dns.CNAME ? new byte[0] : target(message, records, current);
        }
        return names;
    }

    /** Where the name's CNAME leads; empty without one, broken with two (RFC 2181 section 10.1). */
    private byte[] target(byte[] message, List<AnswerRecord> records, byte[] name) {
        byte[] target = new byte[0];
        for (AnswerRecord each : records) {
            if (each.type() == Dns.CNAME && each.ownedBy(name)) {
                cursor.over(message, each.rdata(), each.rdataEnd());
                int length = cursor.name(scratch);
                if (cursor.remaining() != 0
                        || target.length != 0
                        || !Names.isHostName(scratch, length)) {
                    cursor.breakOff();
                    return new byte[0];
                }
                target = Arrays.copyOf(scratch, length);
            }
        }
        return target;
    }

    private static boolean contains(List<byte[]> names, byte[] name) {
        for (byte[] each : names) {
            if (Arrays.equals(each, name)) {
                return true;
            }
        }
        return false;
    }
}
