package io.fleetwall.node.dns.warm;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.dns.DnsClient;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;

/** Names asked one after the other, some at a time. Belongs to one event loop. */
final class Round {
    /** Questions under way: an eighth of what one runner may have at the upstreams. */
    private static final int CONCURRENCY = 32;

    private final Queue<Supplier<Future<List<String>>>> questions = new ArrayDeque<>();
    private final Promise<Void> over = Promise.promise();
    private int underWay;

    /** The dot at the end keeps the machine's search domains out. */
    Round(DnsClient client, List<String> names) {
        for (String name : names) {
            questions.add(() -> client.resolveA(name + "."));
            questions.add(() -> client.resolveAAAA(name + "."));
        }
    }

    /** Succeeds when all were answered, whatever the answers. */
    Future<Void> run() {
        proceed();
        return over.future();
    }

    /** No more. */
    void end() {
        questions.clear();
        over.tryComplete();
    }

    private void proceed() {
        while (underWay < CONCURRENCY) {
            Supplier<Future<List<String>>> next = questions.poll();
            if (next == null) {
                break;
            }
            underWay++;
            // Whether there is such a name is the asking job's business.
            next.get().onComplete(_ -> answered());
        }
        if (underWay == 0) {
            over.tryComplete();
        }
    }

    private void answered() {
        underWay--;
        proceed();
    }
}
