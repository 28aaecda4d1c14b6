package io.fleetwall.node.dns.upstream;

import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.AnswerLimits;
import io.fleetwall.node.dns.wire.AnswerReader;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.QuestionKey;
import io.fleetwall.node.dns.wire.Reading;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Asks upstreams for one worker, and puts what they answer into its cache.
 *
 * <p>Believes a reply only when it comes from the asked address to the asking socket with the same
 * id, the same question and the same letter case; everything else is as if it had never come
 * (threat D5). Identical questions under way are asked once. Belongs to one event loop.
 */
public final class UpstreamClient {
    /** Clients that wait for one answer; further ones are told to ask again. */
    private static final int MAX_WAITERS = 256;

    private final UpstreamContext context;
    private final AnswerReader reader;
    private final List<Upstream> upstreams;
    private final UpstreamSockets sockets;
    private final int capacity;
    private final LongAdder foreign = new LongAdder();
    private final Map<QuestionKey, Exchange> exchanges = new HashMap<>();
    private final QuestionKey probe = QuestionKey.probe();

    /**
     * A client without a question yet; sockets are opened when they are needed.
     *
     * @param capacity questions under way; further ones fail at once
     */
    public UpstreamClient(
            UpstreamSettings settings, AnswerLimits limits, UpstreamContext context, int capacity) {
        this.context = context;
        this.capacity = capacity;
        reader = new AnswerReader(limits);
        upstreams =
                context.figures().all().stream()
                        .map(each -> new Upstream(each, settings.sockets()))
                        .toList();
        sockets = new UpstreamSockets(context, settings.timeout(), new Replies());
        if (settings.secured()) {
            TlsTrust trust = new TlsTrust(settings.authorities());
            upstreams.forEach(upstream -> sockets.secure(upstream, trust));
        }
    }

    /**
     * Asks, or waits for the same question already asked.
     *
     * @param query detached
     */
    public void resolve(QueryView query, Waiter waiter) {
        Exchange running = exchanges.get(probe.as(query));
        if (running != null && running.waiting() < MAX_WAITERS) {
            running.join(waiter);
            return;
        }
        if (running != null || exchanges.size() >= capacity) {
            waiter.unresolved("too many questions under way");
            return;
        }
        Exchange exchange = new Exchange(QuestionKey.of(query), query, waiter, order());
        exchanges.put(exchange.key(), exchange);
        proceed(exchange);
    }

    /** Replies that answered no question, since the start. */
    public long foreignReplies() {
        return foreign.sum();
    }

    /** Everybody who waits is told, every socket closed. */
    public void close() {
        List.copyOf(exchanges.values()).forEach(each -> fail(each, "the proxy is shutting down"));
        sockets.close(upstreams);
    }

    /** Those that failed lately last, else as configured. */
    private List<Upstream> order() {
        long now = context.nanoClock().getAsLong();
        boolean asConfigured = true;
        for (Upstream each : upstreams) {
            asConfigured &= !each.paused(now);
        }
        if (asConfigured || upstreams.size() == 1) {
            return upstreams;
        }
        return upstreams.stream().sorted(Comparator.comparing(each -> each.paused(now))).toList();
    }

    private void proceed(Exchange exchange) {
        if (exchange.exhausted()) {
            fail(exchange, exchange.trouble());
        } else {
            sockets.ask(exchange, exchange.next());
        }
    }

    private void complete(Exchange exchange, Answer answer) {
        if (exchanges.remove(exchange.key(), exchange)) {
            exchange.resolved(context.cache().keep(exchange.query(), answer));
        }
    }

    private void fail(Exchange exchange, String reason) {
        if (exchanges.remove(exchange.key(), exchange)) {
            exchange.unresolved(reason);
        }
    }

    private final class Replies implements UpstreamReplies {
        @Override
        public void received(Attempt attempt, byte[] message, int length) {
            Exchange exchange = attempt.exchange();
            switch (reader.read(message, length, attempt.sent())) {
                case Reading.Complete(Answer answer) -> {
                    if (attempt.end()) {
                        answered(attempt);
                        complete(exchange, answer);
                    }
                }
                case Reading.Truncated() -> again(attempt);
                case Reading.Failed(int code) ->
                        next(attempt, "upstream answered with response code " + code);
                case Reading.Malformed() -> next(attempt, "upstream sent a malformed reply");
                case Reading.Foreign() -> {
                    if (attempt.sent().matchesFolded(message, length)) {
                        again(attempt);
                    } else {
                        foreign();
                    }
                }
            }
        }

        @Override
        public void foreign() {
            foreign.increment();
        }

        @Override
        public void unreachable(Attempt attempt, Failure why, String trouble) {
            if (attempt.end()) {
                attempt.upstream().figures().failed(why);
                if (why != Failure.CLOSED) {
                    attempt.upstream().failed(context.nanoClock().getAsLong());
                }
                attempt.exchange().trouble(trouble);
                proceed(attempt.exchange());
            }
        }

        private void answered(Attempt attempt) {
            attempt.upstream().answered();
            attempt.upstream().figures().latencies().add(System.nanoTime() - attempt.sentNanos());
        }

        /** The same upstream over TCP; a truncated reply over a connection is a failure. */
        private void again(Attempt attempt) {
            if (attempt.transit() != Attempt.Transit.UDP) {
                next(attempt, "upstream truncated a reply over a connection");
            } else if (attempt.end()) {
                answered(attempt);
                sockets.askOverTcp(attempt.exchange(), attempt.upstream());
            }
        }

        /** The upstream is there, but of no help with this question. */
        private void next(Attempt attempt, String trouble) {
            if (attempt.end()) {
                attempt.upstream().figures().failed(Failure.NO_ANSWER);
                attempt.exchange().trouble(trouble);
                proceed(attempt.exchange());
            }
        }
    }
}
