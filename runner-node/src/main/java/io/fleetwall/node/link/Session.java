package io.fleetwall.node.link;

import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeMessage;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.MessageCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One connection to a gateway, whichever way it goes, from the handshake to its end. Lives on the
 * link verticle's context.
 *
 * <p>The host name is always checked: the fleet CA signs nodes too, and only the name tells a
 * gateway from a node that plays one.
 */
final class Session {
    /** Scope changes and results while the hello is prepared: two a runner, 512 runners. */
    private static final int MAX_EARLY = 1024;

    private final Vertx vertx;
    private final Road road;
    private final Carrier carrier;
    private final Deque<NodeMessage> early = new ArrayDeque<>();
    private boolean greeted;
    private boolean heard;
    private boolean closed;
    private int unanswered;
    private long timer;
    private String reason = "closed by the gateway";
    private Optional<Duration> reconnectAfter = Optional.empty();

    Session(Vertx vertx, Road road, Carrier carrier, Duration welcome) {
        this.vertx = vertx;
        this.road = road;
        this.carrier = carrier;
        this.timer = vertx.setTimer(welcome.toMillis(), _ -> abandon("no welcome"));
    }

    Road road() {
        return road;
    }

    /** Whether the gateway has said anything. */
    boolean heard() {
        return heard;
    }

    /** Hands on what the gateway says, and why the connection ended. */
    void listen(Consumer<GatewayMessage> message, Consumer<String> end) {
        carrier.carry(
                new Carrier.Ear() {
                    @Override
                    public void frame(Buffer frame) {
                        decoded(frame, message);
                    }

                    @Override
                    public void alive() {
                        unanswered = 0;
                    }

                    @Override
                    public void broken(String why) {
                        abandon(why);
                    }

                    @Override
                    public void closed() {
                        closed = true;
                        vertx.cancelTimer(timer);
                        end.accept(reason);
                    }
                });
    }

    private void decoded(Buffer frame, Consumer<GatewayMessage> handler) {
        try {
            switch (MessageCodec.decode(frame.getBytes())) {
                case GatewayMessage message -> {
                    heard = true;
                    handler.accept(message);
                }
                case NodeMessage _ -> abandon("the gateway sent a node's message");
            }
        } catch (MalformedMessageException e) {
            abandon("malformed frame " + e.getMessage());
        }
    }

    /** The first message; what was said before it follows it. */
    void greet(Hello hello) {
        greeted = true;
        write(hello);
        early.forEach(this::write);
        early.clear();
    }

    /** Another hello follows; what is said meanwhile waits for it. */
    void hold() {
        greeted = false;
    }

    /** Says something, after the hello. */
    void say(NodeMessage message) {
        if (greeted) {
            write(message);
        } else if (message instanceof EventBatch) {
            // Batches are asked for again once the gateway has answered the hello.
            return;
        } else if (early.size() >= MAX_EARLY) {
            abandon("too much to say before the hello");
        } else {
            early.add(message);
        }
    }

    private void write(NodeMessage message) {
        if (!closed) {
            carrier.write(Buffer.buffer(MessageCodec.encode(message)));
        }
    }

    /** Speaks as often as the gateway wants, and listens: three unanswered pings are the end. */
    void keepAlive(Duration heartbeat, InstantSource clock) {
        vertx.cancelTimer(timer);
        timer =
                vertx.setPeriodic(
                        Math.max(100, heartbeat.toMillis()),
                        _ -> {
                            if (++unanswered > 3) {
                                abandon("the gateway is silent");
                                return;
                            }
                            write(new Heartbeat(clock.instant()));
                            carrier.ping();
                        });
    }

    /** The gateway asked to leave and come back later. */
    void leave(String why, Duration after) {
        reason = why;
        reconnectAfter = Optional.of(after);
        close();
    }

    Optional<Duration> reconnectAfter() {
        return reconnectAfter;
    }

    /** Ends a connection that is of no use. */
    void abandon(String why) {
        reason = why;
        close();
    }

    Future<Void> close() {
        return closed ? Future.succeededFuture() : carrier.close();
    }
}
