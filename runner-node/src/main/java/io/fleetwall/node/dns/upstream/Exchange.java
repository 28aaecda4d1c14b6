package io.fleetwall.node.dns.upstream;

import io.fleetwall.node.dns.cache.CachedAnswer;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.QuestionKey;
import java.util.ArrayList;
import java.util.List;

/** One question under way, whoever asked it: identical questions wait for the same answer. */
final class Exchange {
    private final QuestionKey key;
    private final QueryView query;
    private final List<Upstream> order;
    private final Waiter first;
    private List<Waiter> others = List.of();
    private int attempts;
    private String trouble = "no upstream answered in time";

    /**
     * @param first nearly always the only one
     * @param order the upstreams to ask, best first
     */
    Exchange(QuestionKey key, QueryView query, Waiter first, List<Upstream> order) {
        this.first = first;
        this.key = key;
        this.query = query;
        this.order = order;
    }

    QuestionKey key() {
        return key;
    }

    QueryView query() {
        return query;
    }

    /** One more who waits for the same answer. */
    void join(Waiter waiter) {
        if (others.isEmpty()) {
            others = new ArrayList<>(2);
        }
        others.add(waiter);
    }

    int waiting() {
        return 1 + others.size();
    }

    void resolved(CachedAnswer answer) {
        first.resolved(answer);
        for (Waiter waiter : others) {
            waiter.resolved(answer);
        }
    }

    void unresolved(String reason) {
        first.unresolved(reason);
        for (Waiter waiter : others) {
            waiter.unresolved(reason);
        }
    }

    /** A question gets one attempt per upstream and at least two (its first packet may be lost). */
    boolean exhausted() {
        return attempts >= Math.max(2, order.size());
    }

    Upstream next() {
        return order.get(attempts++ % order.size());
    }

    /** What went wrong last, for people. */
    String trouble() {
        return trouble;
    }

    void trouble(String what) {
        trouble = what;
    }
}
