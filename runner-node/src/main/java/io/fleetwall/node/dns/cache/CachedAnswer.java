package io.fleetwall.node.dns.cache;

import io.fleetwall.node.dns.address.InsideAddress;
import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.Dns;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.WireAnswer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An answer with the moment it came, how often it was given, and whose kernel tables already hold
 * its addresses. Belongs to one worker; not thread-safe.
 *
 * <p>One object and one array, since there are tens of thousands: its question is the key it is
 * found by, and addresses are read from its records when the kernel is taught. An answer that went
 * is filled again with another, so that a flood of names makes nothing that outlives a collection.
 *
 * <p>Teaching is remembered here, because it has the answer's lifetime: what was taught under a
 * policy stays in the tables at least as long as the answer may be given.
 */
public final class CachedAnswer implements WireAnswer {
    /** How long a client may keep an outlived answer (RFC 8767 section 4). */
    static final int STALE_TTL_SECONDS = 30;

    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    /** Given less often than this, an answer is not worth a question upstream of its own. */
    private static final int HOT = 3;

    /** Shorter-lived answers come anew anyway. */
    private static final int RENEWABLE_SECONDS = 10;

    /** More use than this earns no longer stay: old glory must end. */
    private static final int MAX_CREDIT = 15;

    /** This object and its place in the table. */
    private static final int OBJECT_BYTES = 64 + 8;

    private static final int ARRAY_HEADER = 12;
    private static final long[] NO_MARKS = {};

    /** The lowest two are the question's DO and CD, as in {@link QueryView#variant}. */
    private static final int QUESTION = 3;

    private static final int INSIDE = 4;
    private static final int OUTLIVED = 8;
    private static final int RENEWAL_DUE = 16;
    private static final int RENEWED = 32;
    private static final int PROVEN = 64;

    /** Neighbours in a queue; {@code newer} is also the next in a stack of spares. */
    @Nullable CachedAnswer older;

    @Nullable CachedAnswer newer;

    /** An {@link AnswerForm}. */
    private byte[] data;

    /** Stamps of the runners in all places but the first, which is often the only one. */
    private long[] otherMarks = NO_MARKS;

    private long firstMark;
    private long bornNanos;
    private int hash;
    private int ttlSeconds;

    /** By how much it had outlived its TTL when it began another life. */
    private int lateMillis;

    private char length;
    private char records;
    private byte nameLength;
    private byte credit;
    private byte hits;
    private byte flags;

    /** Whether an answer is within its own TTL, or lives on because no upstream answers. */
    public enum Freshness {
        FRESH,
        STALE
    }

    /**
     * An answer to be filled.
     *
     * @param room bytes, at least what {@link AnswerForm#bytes} says
     */
    CachedAnswer(int room) {
        data = new byte[room];
    }

    /** What an answer with an array of so many bytes costs. */
    static int weight(int room) {
        return OBJECT_BYTES + ((ARRAY_HEADER + room + 7) & ~7);
    }

    /** Becomes an answer that nobody was given yet. */
    void become(QueryView query, int keyHash, Answer answer, long nowNanos) {
        byte[] message = answer.bytes();
        if (!AnswerForm.asks(message, query)) {
            throw new IllegalArgumentException("an answer to another question");
        }
        hash = keyHash;
        length = (char) message.length;
        records = (char) answer.records();
        nameLength = (byte) query.nameLength();
        credit = 0;
        flags =
                (byte)
                        ((query.variant() & QUESTION)
                                | (InsideAddress.holdsAny(answer.addresses()) ? INSIDE : 0));
        AnswerForm.write(answer, data);
        live(nowNanos, answer.ttlSeconds());
        lateMillis = 0;
    }

    private void live(long nowNanos, int seconds) {
        bornNanos = nowNanos;
        ttlSeconds = seconds;
        hits = 0;
        firstMark = 0;
        otherMarks = NO_MARKS;
    }

    /** Whether this answers a question whose hash it has. */
    boolean answers(QueryView query, int keyHash) {
        int name = nameLength & 0xff;
        return hash == keyHash
                && name == query.nameLength()
                && (AnswerForm.u16(data, Dns.HEADER + name) << 2 | (flags & QUESTION))
                        == query.variant()
                && AnswerForm.asks(data, query);
    }

    int hash() {
        return hash;
    }

    /** Bytes it has room for. */
    int room() {
        return data.length;
    }

    int weight() {
        return weight(data.length);
    }

    /**
     * Lives on for a while, since no upstream answers: not taught, so that the kernel learns it
     * again before any client gets it. False when its own TTL ended {@code graceNanos} ago.
     */
    boolean outlive(long nowNanos, long graceNanos) {
        long own = is(OUTLIVED) ? 0 : ttlSeconds * SECOND; // of another life's TTL nothing is
        long late = nowNanos - bornNanos - own + lateMillis * MILLI;
        if (late >= graceNanos) {
            return false;
        }
        live(nowNanos, STALE_TTL_SECONDS);
        lateMillis = Math.toIntExact((late + MILLI - 1) / MILLI);
        flags = (byte) ((flags & ~(RENEWED | RENEWAL_DUE)) | OUTLIVED);
        for (int i = 0; i < records; i++) {
            int at = ttlAt(i);
            data[at] = 0;
            data[at + 1] = 0;
            data[at + 2] = 0;
            data[at + 3] = STALE_TTL_SECONDS;
        }
        return true;
    }

    /** The whole answer, for who teaches the kernel. */
    public Answer answer() {
        return AnswerForm.read(data, length, records, ttlSeconds);
    }

    @Override
    public byte[] bytes() {
        return data;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int records() {
        return records;
    }

    @Override
    public int ttlAt(int record) {
        return AnswerForm.u16(data, length + 2 * record);
    }

    private boolean is(int flag) {
        return (flags & flag) != 0;
    }

    public Freshness freshness() {
        return is(OUTLIVED) ? Freshness.STALE : Freshness.FRESH;
    }

    /** Whether an address points inside, so that the asking runner's rules have to permit it. */
    public boolean inside() {
        return is(INSIDE);
    }

    public int ageSeconds(long nowNanos) {
        return (int) ((nowNanos - bornNanos) / SECOND);
    }

    /** Whole seconds this may still be given out; 0 or less is expired. */
    public int remainingSeconds(long nowNanos) {
        return ttlSeconds - ageSeconds(nowNanos);
    }

    private long mark(int place) {
        if (place == 0) {
            return firstMark;
        }
        return place <= otherMarks.length ? otherMarks[place - 1] : 0;
    }

    /**
     * Whether the runner in this place was taught under this stamp.
     *
     * @param stamp unique per runner and policy, never 0
     */
    public boolean taught(int place, long stamp) {
        long mark = mark(place);
        return mark == stamp || mark == -stamp;
    }

    /**
     * Whether the kernel was taught for the runner in this place under this stamp or a later one.
     */
    public boolean taughtSince(int place, long stamp) {
        return mark(place) >= stamp;
    }

    public void markTaught(int place, long stamp) {
        if (place == 0) {
            firstMark = stamp;
            return;
        }
        if (place > otherMarks.length) {
            otherMarks = Arrays.copyOf(otherMarks, place);
        }
        otherMarks[place - 1] = stamp;
    }

    /** Under this stamp the kernel need not know it; under another it may. */
    public void markNothingToTeach(int place, long stamp) {
        markTaught(place, -stamp);
    }

    /** Given once more, with so many seconds to live. */
    void hit(int remainingSeconds) {
        hits = (byte) Math.min(HOT, hits + 1);
        credit = (byte) Math.min(MAX_CREDIT, credit + 1);
        if (remainingSeconds <= ttlSeconds / 10 && hits >= HOT && !is(RENEWED)) {
            flags |= (byte) (ttlSeconds >= RENEWABLE_SECONDS ? RENEWED | RENEWAL_DUE : RENEWED);
        }
    }

    /** True once, when the answer is hot and near its end: who is told asks upstream again. */
    public boolean takeRenewal() {
        boolean due = is(RENEWAL_DUE);
        if (due) {
            flags &= (byte) ~RENEWAL_DUE;
        }
        return due;
    }

    /** Whether it was asked for again since its trial began. */
    boolean proven() {
        return is(PROVEN);
    }

    void prove() {
        flags |= (byte) PROVEN;
    }

    /** Spends one use for another round in the cache; false when none was left: it may go. */
    boolean spendCredit() {
        boolean earned = credit > 0;
        credit = (byte) Math.max(0, credit - 1);
        return earned;
    }

    /** A newer answer to the same question keeps what the older has earned. */
    void succeed(int formerCredit) {
        credit = (byte) Math.max(credit, formerCredit);
    }

    int credit() {
        return credit;
    }
}
