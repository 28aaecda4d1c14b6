package io.fleetwall.node.link;

import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeMessage;
import io.fleetwall.protocol.message.Welcome;
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

    /** Every so many beats are a ping. */
    private static final int PING_BEATS = 2;

    /** So many beats without a word of the gateway: two pings and a beat more. */
    private static final int SILENT_BEATS = 2 * PING_BEATS;

    private final Vertx vertx;
    private final Road road;
    private final Carrier carrier;
    private final Deque<NodeMessage> early = new ArrayDeque<>();
    private boolean greeted;
    private boolean heard;
    private boolean closed;
    private int beats;
    private int unheard;
    private long timer;
    private Optional<String> reason = Optional.empty();
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
                        unheard = 0;
                    }

                    @Override
                    public void broken(String why) {
                        abandon(why);
                    }

                    @Override
                    public void closed() {
                        closed = true;
                        vertx.cancelTimer(timer);
                        end.accept(reason.orElse("closed by the gateway"));
                    }
                });
    }

    private void decoded(Buffer frame, Consumer<GatewayMessage> handler) {
        unheard = 0;
        try {
            switch (MessageCodec.decode(frame.getBytes())) {
                case Welcome(int version, _, _) when !MessageCodec.speaks(version) ->
                        abandon(
                                "the gateway speaks protocol version "
                                        + version
                                        + ", which this agent does not: update the older of both");
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
        if (message instanceof EventBatch && (!greeted || carrier.isFull())) {
            // Batches are asked for again once the gateway has answered the hello, and sent again
            // until they are acknowledged: a gateway that does not read costs no memory here.
            return;
        }
        if (greeted) {
            write(message);
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

    /**
     * Speaks as often as the gateway wants, and listens. Every other beat is a ping, in place of a
     * heartbeat where the gateway hears it as one, as thousands of nodes beat. Two unanswered pings
     * are the end.
     */
    void keepAlive(Duration heartbeat, InstantSource clock) {
        vertx.cancelTimer(timer);
        timer =
                vertx.setPeriodic(
                        Math.max(100, heartbeat.toMillis()),
                        _ -> {
                            if (++unheard > SILENT_BEATS) {
                                abandon("the gateway is silent");
                            } else {
                                beat(clock);
                            }
                        });
    }

    private void beat(InstantSource clock) {
        boolean pings = ++beats % PING_BEATS == 0;
        if (pings) {
            carrier.ping();
        }
        if (!pings || !carrier.pingsSpeak()) {
            write(new Heartbeat(clock.instant()));
        }
    }

    /** The gateway asked to leave and come back later. */
    void leave(String why, Duration after) {
        because(why);
        reconnectAfter = Optional.of(after);
        close();
    }

    Optional<Duration> reconnectAfter() {
        return reconnectAfter;
    }

    /** Ends a connection that is of no use. */
    void abandon(String why) {
        because(why);
        close();
    }

    /** The first reason is the reason; what breaks while closing follows from it. */
    private void because(String why) {
        reason = reason.or(() -> Optional.of(why));
    }

    Future<Void> close() {
        return closed ? Future.succeededFuture() : carrier.close();
    }
}
