package io.fleetwall.node.dns.cache;

import io.fleetwall.node.dns.address.InsideAddress;
import io.fleetwall.node.dns.wire.Answer;
import java.util.Arrays;

/**
 * An answer with the moment it came, and whose kernel tables already hold its addresses.
 *
 * <p>Teaching is remembered here, because it has the answer's lifetime: what was taught under a
 * policy stays in the tables at least as long as the answer may be given. Belongs to one worker;
 * not thread-safe.
 */
public final class CachedAnswer {
    private static final long SECOND = 1_000_000_000L;

    private final Answer answer;
    private final long bornNanos;
    private final boolean inside;
    private long[] taught = new long[1];

    public CachedAnswer(Answer answer, long bornNanos) {
        this.answer = answer;
        this.bornNanos = bornNanos;
        inside = answer.addresses().stream().anyMatch(InsideAddress::holds);
    }

    public Answer answer() {
        return answer;
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
        return place < taught.length && taught[place] == stamp;
    }

    public void markTaught(int place, long stamp) {
        if (place >= taught.length) {
            taught = Arrays.copyOf(taught, place + 1);
        }
        taught[place] = stamp;
    }

    int weight() {
        return answer.weight() + 64;
    }
}
