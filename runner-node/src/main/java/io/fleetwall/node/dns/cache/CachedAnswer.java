package io.fleetwall.node.dns.cache;

import io.fleetwall.node.dns.address.InsideAddress;
import io.fleetwall.node.dns.wire.Answer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An answer with the moment it came, how often it was given, and whose kernel tables already hold
 * its addresses.
 *
 * <p>Teaching is remembered here, because it has the answer's lifetime: what was taught under a
 * policy stays in the tables at least as long as the answer may be given. Belongs to one worker;
 * not thread-safe.
 */
public final class CachedAnswer {
    /** How long a client may keep an outlived answer (RFC 8767 section 4). */
    static final int STALE_TTL_SECONDS = 30;

    private static final long SECOND = 1_000_000_000L;

    /** Given less often than this, an answer is not worth a question upstream of its own. */
    private static final int HOT = 3;

    /** Shorter-lived answers come anew anyway. */
    private static final int RENEWABLE_SECONDS = 10;

    /** More use than this earns no longer stay: old glory must end. */
    private static final int MAX_CREDIT = 15;

    private final Answer answer;
    private final long bornNanos;
    private final long endNanos;
    private final Freshness freshness;
    private final boolean inside;
    private long[] taught = new long[1];
    private int hits;
    private int credit;
    private boolean renewalDue;
    private boolean renewed;

    /** Whether an answer is within its own TTL, or lives on because no upstream answers. */
    public enum Freshness {
        FRESH,
        STALE
    }

    public CachedAnswer(Answer answer, long bornNanos) {
        this(answer, bornNanos, bornNanos + answer.ttlSeconds() * SECOND, Freshness.FRESH);
    }

    private CachedAnswer(Answer answer, long bornNanos, long endNanos, Freshness freshness) {
        this.answer = answer;
        this.bornNanos = bornNanos;
        this.endNanos = endNanos;
        this.freshness = freshness;
        inside = pointsInside(answer);
    }

    private static boolean pointsInside(Answer answer) {
        for (byte[] address : answer.addresses()) {
            if (InsideAddress.holds(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What is given of this while no upstream answers: not taught, so that the kernel learns it
     * again before any client gets it. Empty when its own TTL ended {@code graceNanos} ago.
     */
    Optional<CachedAnswer> outlived(long nowNanos, long graceNanos) {
        if (nowNanos - endNanos >= graceNanos) {
            return Optional.empty();
        }
        CachedAnswer stale =
                new CachedAnswer(
                        answer.lasting(STALE_TTL_SECONDS), nowNanos, endNanos, Freshness.STALE);
        stale.credit = credit;
        return Optional.of(stale);
    }

    public Answer answer() {
        return answer;
    }

    public Freshness freshness() {
        return freshness;
    }

    /** Whether an address points inside, so that the asking runner's rules have to permit it. */
    public boolean inside() {
        return inside;
    }

    public int ageSeconds(long nowNanos) {
        return (int) ((nowNanos - bornNanos) / SECOND);
    }

    /** Whole seconds this may still be given out; 0 or less is expired. */
    public int remainingSeconds(long nowNanos) {
        return answer.ttlSeconds() - ageSeconds(nowNanos);
    }

    /**
     * Whether the runner in this place was taught under this stamp.
     *
     * @param stamp unique per runner and policy, never 0
     */
    public boolean taught(int place, long stamp) {
        return place < taught.length && (taught[place] == stamp || taught[place] == -stamp);
    }

    /**
     * Whether the kernel was taught for the runner in this place under this stamp or a later one.
     */
    public boolean taughtSince(int place, long stamp) {
        return place < taught.length && taught[place] >= stamp;
    }

    public void markTaught(int place, long stamp) {
        if (place >= taught.length) {
            taught = Arrays.copyOf(taught, place + 1);
        }
        taught[place] = stamp;
    }

    /** Under this stamp the kernel need not know it; under another it may. */
    public void markNothingToTeach(int place, long stamp) {
        markTaught(place, -stamp);
    }

    /** Given once more, with so many seconds to live. */
    void hit(int remainingSeconds) {
        hits++;
        credit += credit < MAX_CREDIT ? 1 : 0;
        if (remainingSeconds <= answer.ttlSeconds() / 10 && !renewed && hits >= HOT) {
            renewed = true;
            renewalDue = answer.ttlSeconds() >= RENEWABLE_SECONDS;
        }
    }

    /** True once, when the answer is hot and near its end: who is told asks upstream again. */
    public boolean takeRenewal() {
        boolean due = renewalDue;
        renewalDue = false;
        return due;
    }

    /** How often this was given since it came. */
    public int hits() {
        return hits;
    }

    /** Spends one use for another round in the cache; false when none was left: it may go. */
    boolean spendCredit() {
        boolean earned = credit > 0;
        credit -= earned ? 1 : 0;
        return earned;
    }

    /** A newer answer to the same question keeps what the older has earned. */
    void succeed(CachedAnswer former) {
        credit = Math.max(credit, former.credit);
    }

    int weight() {
        return answer.weight() + 72;
    }
}
