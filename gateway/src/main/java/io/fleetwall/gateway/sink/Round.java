package io.fleetwall.gateway.sink;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Requests for what was leased together, a few under way at a time, so that one transaction writes
 * down many outcomes. Whoever is told to stop leaves the rest untried.
 */
final class Round {
    private final Deque<List<Due>> waiting = new ArrayDeque<>();
    private final List<Tried> tried = new ArrayList<>();
    private final Function<List<Due>, Future<Attempt>> send;
    private final BooleanSupplier goOn;

    /** One request and what came of it. */
    record Tried(List<Due> due, Attempt attempt) {}

    Round(
            List<Due> due,
            int together,
            Function<List<Due>, Future<Attempt>> send,
            BooleanSupplier goOn) {
        for (int from = 0; from < due.size(); from += together) {
            waiting.add(due.subList(from, Math.min(due.size(), from + together)));
        }
        this.send = send;
        this.goOn = goOn;
    }

    /** Done when no request is under way any more. The first is sent in any case. */
    Future<?> run(int atOnce) {
        List<Future<?>> lanes = new ArrayList<>();
        for (int i = 0; i < atOnce && !waiting.isEmpty(); i++) {
            lanes.add(next());
        }
        return Future.join(lanes);
    }

    private Future<?> next() {
        List<Due> together = waiting.poll();
        if (together == null) {
            return Future.succeededFuture();
        }
        return send.apply(together)
                .compose(attempt -> {
                    tried.add(new Tried(together, attempt));
                    return goOn.getAsBoolean() ? next() : Future.succeededFuture();
                });
    }

    List<Tried> tried() {
        return tried;
    }

    List<Due> untried() {
        return waiting.stream().flatMap(List::stream).toList();
    }
}
