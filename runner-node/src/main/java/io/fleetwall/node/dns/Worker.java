package io.fleetwall.node.dns;

import io.fleetwall.node.dns.cache.AnswerCache;
import io.fleetwall.node.dns.upstream.UpstreamClient;
import io.fleetwall.node.dns.upstream.UpstreamContext;
import io.fleetwall.node.dns.wire.AnswerReader;
import io.fleetwall.node.dns.wire.QueryView;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;

/**
 * One event loop's share of the proxy: cache, upstream sockets and the buffers every query reuses.
 *
 * <p>Workers share nothing on the way of a query, so there is no lock on it. All but construction
 * happens on the loop.
 */
final class Worker {
    private final EventLoop loop;
    private final DnsSettings settings;
    private final DnsEnvironment environment;
    private final DnsCounters counters;
    private final AnswerCache cache;
    private final UpstreamClient upstream;
    private final AnswerReader reader;
    private final Judgement judgement;
    private final QueryView query = new QueryView();
    private final Replies replies;
    private long stamps;

    Worker(EventLoop loop, DnsSettings settings, DnsEnvironment environment, DnsCounters counters) {
        this.loop = loop;
        this.settings = settings;
        this.environment = environment;
        this.counters = counters;
        cache =
                new AnswerCache(
                        settings.workers().cacheBytes() / settings.workers().count(),
                        settings.answers().stale(),
                        environment.nanoClock());
        reader = new AnswerReader(settings.answers().limits());
        judgement = new Judgement(settings.answers().queryTypes());
        replies = new Replies(environment.nanoClock());
        upstream =
                new UpstreamClient(
                        settings.upstreams(),
                        settings.answers().limits(),
                        new UpstreamContext(
                                loop,
                                environment.transport(),
                                cache,
                                environment.nanoClock(),
                                environment.random().get(),
                                counters.upstreams()),
                        settings.workers().questions());
    }

    EventLoop loop() {
        return loop;
    }

    AnswerCache cache() {
        return cache;
    }

    UpstreamClient upstream() {
        return upstream;
    }

    AnswerReader reader() {
        return reader;
    }

    Judgement judgement() {
        return judgement;
    }

    QueryView query() {
        return query;
    }

    Replies replies() {
        return replies;
    }

    DnsCounters counters() {
        return counters;
    }

    long nanos() {
        return environment.nanoClock().getAsLong();
    }

    /** Questions one runner may have under way, so that it cannot starve the others. */
    int questionsPerRunner() {
        return settings.workers().questions() / 4;
    }

    /** A number no runner had under any policy before; never 0. */
    long newStamp() {
        return ++stamps;
    }

    CompletableFuture<Void> close() {
        return CompletableFuture.runAsync(upstream::close, loop);
    }
}
