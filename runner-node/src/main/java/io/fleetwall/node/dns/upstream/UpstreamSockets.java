package io.fleetwall.node.dns.upstream;

import io.fleetwall.node.dns.listen.Transport;
import io.fleetwall.node.dns.upstream.Attempt.Transit;
import io.fleetwall.node.dns.wire.SentQuestion;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends questions: over a randomly chosen UDP socket of the upstream's pool, or over a TCP
 * connection; each attempt has a deadline.
 */
final class UpstreamSockets {
    /** Connections under way per worker: truncation is rare, and a flood of it is an attack. */
    private static final int MAX_CONNECTIONS = 128;

    private final UpstreamContext context;
    private final UpstreamReplies replies;
    private final Deadlines deadlines;
    private final Wire.Opener wires;
    private final @Nullable VectorWires vector;
    private final Bootstrap streams;
    private @Nullable UpstreamSocket ofThisTurn;
    private @Nullable Upstream askedThisTurn;
    private int connections;

    UpstreamSockets(UpstreamContext context, Duration timeout, UpstreamReplies replies) {
        this.context = context;
        this.replies = replies;
        deadlines =
                new Deadlines(
                        context.loop(),
                        timeout.toNanos(),
                        attempt ->
                                replies.unreachable(
                                        attempt, Failure.TIMEOUT, "no upstream answered in time"));
        if (context.transport() == Transport.VECTOR) {
            vector = new VectorWires(context.loop(), this::turnEnds);
            wires = vector;
        } else {
            vector = null;
            wires = channels(context);
        }
        streams =
                new Bootstrap()
                        .group(context.loop())
                        .channelFactory(context.transport().stream())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis() + 1);
    }

    private static Wire.Opener channels(UpstreamContext context) {
        Bootstrap datagrams =
                new Bootstrap()
                        .group(context.loop())
                        .channelFactory(context.transport().datagram());
        return (upstream, sink) -> new ChannelWire(datagrams, upstream, sink);
    }

    /** From now on this upstream is asked over TLS. */
    void secure(Upstream upstream, TlsTrust trust) {
        upstream.only(new TlsLinks(streams, trust));
    }

    void ask(Exchange exchange, Upstream upstream) {
        TlsLinks links = upstream.links();
        if (links == null) {
            askOverUdp(exchange, upstream);
        } else {
            askOverTls(exchange, upstream, links.choose(upstream, replies));
        }
    }

    /** No mixed letter case: nobody off path can answer here. */
    private void askOverTls(Exchange exchange, Upstream upstream, TlsLink link) {
        int id;
        do {
            id = context.random().nextInt(1 << 16);
        } while (!link.free(id));
        SentQuestion sent = new SentQuestion(exchange.query(), id, () -> 0);
        Attempt attempt = new Attempt(exchange, upstream, sent, Transit.TLS);
        attempt.onEnd(() -> {
            deadlines.remove(attempt);
            link.forget(attempt);
        });
        deadlines.add(attempt);
        link.send(attempt);
    }

    private void askOverUdp(Exchange exchange, Upstream upstream) {
        UpstreamSocket socket = socket(upstream);
        Attempt attempt = attempt(exchange, upstream, socket);
        attempt.onEnd(() -> {
            deadlines.remove(attempt);
            socket.forget(attempt);
        });
        deadlines.add(attempt);
        socket.send(attempt);
    }

    void askOverTcp(Exchange exchange, Upstream upstream) {
        Attempt attempt = attempt(exchange, upstream, null);
        if (connections >= MAX_CONNECTIONS) {
            replies.unreachable(attempt, Failure.UNREACHABLE, "too many connections to upstreams");
            return;
        }
        connections++;
        TcpAttempt connection = new TcpAttempt(streams, attempt, replies);
        attempt.onEnd(() -> {
            deadlines.remove(attempt);
            connections--;
            connection.close();
        });
        deadlines.add(attempt);
    }

    void close(List<Upstream> upstreams) {
        for (Upstream upstream : upstreams) {
            TlsLinks links = upstream.links();
            if (links != null) {
                links.close();
            }
            for (UpstreamSocket socket : upstream.sockets()) {
                if (socket != null) {
                    socket.retire();
                }
            }
        }
        if (vector != null) {
            vector.close();
        }
    }

    private void turnEnds() {
        ofThisTurn = null;
    }

    /** With an id that no other question on the same socket has. */
    private Attempt attempt(Exchange exchange, Upstream upstream, @Nullable UpstreamSocket socket) {
        int id;
        do {
            id = context.random().nextInt(1 << 16);
        } while (socket != null && !socket.free(id));
        SentQuestion sent = new SentQuestion(exchange.query(), id, context.random());
        Transit transit = socket == null ? Transit.TCP : Transit.UDP;
        return new Attempt(exchange, upstream, sent, transit);
    }

    /**
     * Any of the pool. What is asked within one turn of the loop shares one, so that it leaves in
     * one call: each question's port is as little known as if it were alone.
     */
    private UpstreamSocket socket(Upstream upstream) {
        UpstreamSocket shared = ofThisTurn;
        if (shared != null
                && upstream.equals(askedThisTurn)
                && !shared.worn(context.nanoClock().getAsLong())) {
            return shared;
        }
        UpstreamSocket chosen = any(upstream);
        if (vector != null) {
            ofThisTurn = chosen;
            askedThisTurn = upstream;
        }
        return chosen;
    }

    private UpstreamSocket any(Upstream upstream) {
        UpstreamSocket[] pool = upstream.sockets();
        int place = context.random().nextInt(pool.length);
        UpstreamSocket socket = pool[place];
        long now = context.nanoClock().getAsLong();
        if (socket == null || socket.worn(now)) {
            if (socket != null) {
                socket.retire();
            }
            socket = new UpstreamSocket(wires, upstream, replies, now);
            pool[place] = socket;
        }
        return socket;
    }
}
