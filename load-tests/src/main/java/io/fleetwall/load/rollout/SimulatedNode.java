package io.fleetwall.load.rollout;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.KeysChanged;
import io.fleetwall.protocol.message.Message;
import io.fleetwall.protocol.message.NodeMessage;
import io.fleetwall.protocol.message.Pulse;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.message.Welcome;
import io.fleetwall.protocol.signature.PolicyVerifier;
import io.fleetwall.protocol.signature.ScopeDigest;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.MessageCodec;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node with one runner: what its agent would say, without a kernel behind it. */
@SuppressWarnings("FutureReturnValueIgnored") // whatever fails ends in channelInactive
final class SimulatedNode {
    private static final String RUNNER = "r";
    private static final long FIRST_WAIT_MILLIS = 100;
    private static final long LAST_WAIT_MILLIS = 15_000;
    private static final int WELCOME_SECONDS = 30;

    private final int number;
    private final Scope scope;
    private final Digest scopeDigest;
    private final Surroundings with;
    private final UUID boot = UUID.randomUUID();
    private volatile @Nullable Channel channel;
    private volatile boolean here;
    private volatile boolean silent;
    private final AtomicInteger attempts = new AtomicInteger();
    private long revision;
    private Digest policy = Digest.NONE;
    private long wait = FIRST_WAIT_MILLIS;

    /** What nodes share. */
    record Surroundings(
            PolicyVerifier verifier,
            Acknowledgements acknowledgements,
            AtomicInteger welcomed,
            Consumer<SimulatedNode> connect) {}

    SimulatedNode(int number, Surroundings with) {
        this.number = number;
        this.with = with;
        this.scope =
                new Scope(
                        new TreeSet<>(List.of("linux", PolicyTexts.team(number))),
                        Optional.empty());
        this.scopeDigest = ScopeDigest.of(scope);
    }

    static String name(int number) {
        return "node-" + number;
    }

    String name() {
        return name(number);
    }

    boolean here() {
        return here;
    }

    int attempts() {
        return attempts.get();
    }

    /** Connects now, as when all machines of a fleet get their power back at once. */
    void arrive() {
        silent = false;
        Channel stalled = channel;
        if (stalled != null && stalled.isActive()) {
            stalled.config().setAutoRead(true);
            return;
        }
        attempt();
    }

    private void attempt() {
        attempts.incrementAndGet();
        with.connect().accept(this);
    }

    /** Tries again after the agent's wait: a random half of a doubling time. */
    void again() {
        long millis = wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
        wait = Math.min(LAST_WAIT_MILLIS, wait * 2);
        againAfter(Duration.ofMillis(millis));
    }

    private void againAfter(Duration time) {
        if (!silent) {
            GlobalEventExecutor.INSTANCE.schedule(
                    this::attempt, time.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Reads and says nothing any more, without closing. */
    void stall() {
        silent = true;
        Channel open = channel;
        if (open != null) {
            open.config().setAutoRead(false);
        }
    }

    /** Gone, as by a power cut. */
    void die() {
        silent = true;
        Channel open = channel;
        if (open != null) {
            open.close();
        }
    }

    Connection connection() {
        return new Connection();
    }

    /** One connection of this node. */
    final class Connection extends SimpleChannelInboundHandler<WebSocketFrame> {
        private Optional<Duration> after = Optional.empty();
        private boolean welcome;
        private @Nullable Pulse pulse;
        private @Nullable Future<?> beats;

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                channel = context.channel();
                say(
                        context,
                        new Hello(
                                MessageCodec.VERSION,
                                name(),
                                boot,
                                "simulated",
                                "none",
                                List.of(
                                        new RunnerReport(
                                                RUNNER, "none", scope, revision, policy))));
                context.executor()
                        .schedule(
                                () -> welcome ? null : context.close(),
                                WELCOME_SECONDS,
                                TimeUnit.SECONDS);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame)
                throws MalformedMessageException {
            if (pulse != null) {
                pulse.heard(System.nanoTime());
            }
            if (frame instanceof BinaryWebSocketFrame) {
                heard(context, frame);
            }
        }

        private void heard(ChannelHandlerContext context, WebSocketFrame frame)
                throws MalformedMessageException {
            Message message = MessageCodec.decode(ByteBufUtil.getBytes(frame.content()));
            switch (message) {
                case Welcome(_, _, Duration heartbeat) -> welcome(context, heartbeat);
                case Desired(_, SignedPolicy desired) -> apply(context, desired);
                case Goodbye(_, Duration later) -> {
                    after = Optional.of(later);
                    context.close();
                }
                case EventAck _, KeysChanged _ -> {}
                case NodeMessage _ -> throw new MalformedMessageException(0, "a node's message");
            }
        }

        private void welcome(ChannelHandlerContext context, Duration heartbeat) {
            welcome = true;
            here = true;
            wait = FIRST_WAIT_MILLIS;
            with.welcomed().incrementAndGet();
            long first = ThreadLocalRandom.current().nextLong(heartbeat.toNanos());
            pulse = new Pulse(heartbeat, System.nanoTime() - first);
            rest(context, pulse);
        }

        private void rest(ChannelHandlerContext context, Pulse mine) {
            beats =
                    context.executor()
                            .schedule(
                                    () -> beat(context, mine),
                                    mine.rest(System.nanoTime()).toNanos(),
                                    TimeUnit.NANOSECONDS);
        }

        /** As the agent does it. */
        private void beat(ChannelHandlerContext context, Pulse mine) {
            if (silent) {
                return;
            }
            switch (mine.due(System.nanoTime())) {
                case NOTHING -> {}
                case BEAT -> say(context, new Heartbeat(Instant.now()));
                case QUESTION -> {
                    mine.said(System.nanoTime());
                    context.writeAndFlush(new PingWebSocketFrame());
                }
                case SILENCE -> {
                    context.close();
                    return;
                }
            }
            rest(context, mine);
        }

        private void apply(ChannelHandlerContext context, SignedPolicy desired) {
            boolean mine = desired.scope().equals(scopeDigest) && desired.revision() > revision;
            if (!mine || !with.verifier().accepts(desired)) {
                System.err.println(name() + " was sent what it must not take: " + desired);
                context.close();
                return;
            }
            revision = desired.revision();
            policy = desired.policy();
            say(context, new Applied(RUNNER, revision, scopeDigest, policy, 1));
            with.acknowledgements()
                    .add(revision, desired.body().map(body -> body.length).orElse(0));
        }

        private void say(ChannelHandlerContext context, NodeMessage message) {
            if (pulse != null) {
                pulse.said(System.nanoTime());
            }
            context.writeAndFlush(
                    new BinaryWebSocketFrame(Unpooled.wrappedBuffer(MessageCodec.encode(message))));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (here && welcome) {
                here = false;
                with.welcomed().decrementAndGet();
            }
            if (beats != null) {
                beats.cancel(false);
            }
            after.ifPresentOrElse(SimulatedNode.this::againAfter, SimulatedNode.this::again);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (welcome) {
                System.err.println(name() + ": " + cause);
            }
            context.close();
        }
    }
}
