package io.fleetwall.load.events;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeMessage;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.Welcome;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.MessageCodec;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One node that only reports: batches in sequence, so many under way as the agent allows itself.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever fails ends in channelInactive
final class Reporter {
    static final int BATCH = 256;
    private static final int WINDOW = 4;

    private final String name;
    private final Tally tally;
    private final Consumer<Reporter> dial;
    private final SampleEvents events;
    private final UUID boot = UUID.randomUUID();
    private final Deque<Sent> underWay = new ArrayDeque<>();
    private volatile @Nullable ChannelHandlerContext link;
    private volatile int waiting;
    private volatile boolean talking;
    private long next = 1;
    private long dueNanos;
    private long everyNanos;

    private record Sent(long last, long nanos) {}

    Reporter(int number, Tally tally, Consumer<Reporter> dial) {
        this.name = "node-" + number;
        this.tally = tally;
        this.dial = dial;
        this.events = new SampleEvents(name, number);
    }

    String name() {
        return name;
    }

    boolean here() {
        return link != null;
    }

    int underWay() {
        return waiting;
    }

    void connect() {
        dial.accept(this);
    }

    /** A batch each so many nanoseconds, beginning after a while; 0: whenever there is room. */
    void talk(long every, long after) {
        ChannelHandlerContext to = link;
        if (to != null) {
            to.executor()
                    .execute(() -> {
                        everyNanos = every;
                        dueNanos = System.nanoTime() + after;
                        talking = true;
                        pump(to);
                    });
        }
    }

    void hush() {
        talking = false;
    }

    /** What is late is counted from when it was due, so that a slow gateway hides nothing. */
    private void pump(ChannelHandlerContext to) {
        while (talking && underWay.size() < WINDOW) {
            long now = System.nanoTime();
            if (everyNanos > 0 && now < dueNanos) {
                to.executor().schedule(() -> pump(to), dueNanos - now, TimeUnit.NANOSECONDS);
                return;
            }
            long since = everyNanos > 0 ? dueNanos : now;
            dueNanos += everyNanos;
            EventBatch batch = new EventBatch(boot, next, events.next(BATCH));
            next = batch.lastSequence() + 1;
            underWay.add(new Sent(batch.lastSequence(), since));
            waiting = underWay.size();
            tally.sent(BATCH);
            say(to, batch);
        }
    }

    private static void say(ChannelHandlerContext to, NodeMessage message) {
        to.writeAndFlush(
                new BinaryWebSocketFrame(Unpooled.wrappedBuffer(MessageCodec.encode(message))));
    }

    private void acknowledged(EventAck ack) {
        while (!underWay.isEmpty() && underWay.getFirst().last() <= ack.sequence()) {
            Sent sent = underWay.removeFirst();
            tally.acknowledged(BATCH, (System.nanoTime() - sent.nanos()) / 1e6);
        }
        waiting = underWay.size();
    }

    Connection connection() {
        return new Connection();
    }

    /** The connection of this node; one that breaks is counted and stays away. */
    final class Connection extends SimpleChannelInboundHandler<BinaryWebSocketFrame> {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
                RunnerReport runner = new RunnerReport("r", "none", scope, 0, Digest.NONE);
                say(
                        context,
                        new Hello(
                                MessageCodec.VERSION,
                                name,
                                boot,
                                "reporter",
                                "none",
                                List.of(runner)));
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, BinaryWebSocketFrame frame)
                throws MalformedMessageException {
            var message = MessageCodec.decode(ByteBufUtil.getBytes(frame.content()));
            if (message instanceof Welcome welcome) {
                link = context;
                long millis = welcome.heartbeat().toMillis();
                context.executor()
                        .scheduleAtFixedRate(
                                () -> say(context, new Heartbeat(Instant.now())),
                                millis,
                                millis,
                                TimeUnit.MILLISECONDS);
            } else if (message instanceof EventAck ack) {
                acknowledged(ack);
                pump(context);
            } else if (message instanceof GatewayMessage other) {
                System.err.println(name + ": " + other);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            tally.broke();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println(name + ": " + cause);
            context.close();
        }
    }
}
