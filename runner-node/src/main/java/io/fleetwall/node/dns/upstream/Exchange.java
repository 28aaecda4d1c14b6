package io.fleetwall.node.dns.upstream;

import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.QuestionKey;
import java.util.ArrayList;
import java.util.List;

/** One question under way, whoever asked it: identical questions wait for the same answer. */
final class Exchange {
    private final QuestionKey key;
    private final QueryView query;
    private final List<Upstream> order;
    private final List<Waiter> waiters = new ArrayList<>(2);
    private int attempts;
    private String trouble = "no upstream answered in time";

    /**
     * @param order the upstreams to ask, best first
     */
    Exchange(QuestionKey key, QueryView query, List<Upstream> order) {
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

    List<Waiter> waiters() {
        return waiters;
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
