package io.fleetwall.node.link;

import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeMessage;
import io.fleetwall.protocol.message.Pulse;
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

    /** Whatever a gateway wishes for, nodes do not beat more often than this. */
    private static final Duration FASTEST = Duration.ofMillis(100);

    private final Vertx vertx;
    private final Road road;
    private final Carrier carrier;
    private final Deque<NodeMessage> early = new ArrayDeque<>();
    private boolean greeted;
    private boolean heard;
    private boolean closed;
    private Optional<Pulse> pulse = Optional.empty();
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
                        heardSomething();
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
        heardSomething();
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

    private void heardSomething() {
        pulse.ifPresent(one -> one.heard(System.nanoTime()));
    }

    private void write(NodeMessage message) {
        if (!closed) {
            pulse.ifPresent(one -> one.said(System.nanoTime()));
            carrier.write(Buffer.buffer(MessageCodec.encode(message)));
        }
    }

    /**
     * Speaks as often as the gateway wants, and listens. A ping takes the place of a heartbeat
     * where the gateway hears it as one, as thousands of nodes beat.
     */
    void keepAlive(Duration heartbeat, InstantSource clock) {
        vertx.cancelTimer(timer);
        Duration beat = heartbeat.compareTo(FASTEST) < 0 ? FASTEST : heartbeat;
        Pulse begun = new Pulse(beat, System.nanoTime());
        pulse = Optional.of(begun);
        rest(begun, clock);
    }

    private void rest(Pulse one, InstantSource clock) {
        // Rounded up, so that what is waited for is due then.
        long millis = one.rest(System.nanoTime()).plusNanos(999_999).toMillis();
        timer = vertx.setTimer(Math.max(1, millis), _ -> beat(one, clock));
    }

    private void beat(Pulse one, InstantSource clock) {
        switch (one.due(System.nanoTime())) {
            case NOTHING -> {}
            case BEAT -> write(new Heartbeat(clock.instant()));
            case QUESTION -> ask(one, clock);
            case SILENCE -> {
                abandon("the gateway is silent");
                return;
            }
        }
        rest(one, clock);
    }

    private void ask(Pulse one, InstantSource clock) {
        carrier.ping();
        if (carrier.pingsSpeak()) {
            one.said(System.nanoTime());
        } else {
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
