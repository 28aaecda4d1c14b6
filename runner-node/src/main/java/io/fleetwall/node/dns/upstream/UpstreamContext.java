package io.fleetwall.node.dns.upstream;

import io.fleetwall.node.dns.cache.AnswerCache;
import io.fleetwall.node.dns.listen.Transport;
import io.netty.channel.EventLoop;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** What an upstream client shares with the worker it belongs to. */
public record UpstreamContext(
        EventLoop loop,
        Transport transport,
        AnswerCache cache,
        LongSupplier nanoClock,
        RandomGenerator random,
        UpstreamFigures figures) {}
