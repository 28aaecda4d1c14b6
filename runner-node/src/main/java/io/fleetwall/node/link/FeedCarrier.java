package io.fleetwall.node.link;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.enforce.FleetKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The {@code cluster} policy feed: frames over the event bus to a gateway in this very process. An
 * empty one, which is no frame, is the end.
 */
final class FeedCarrier implements Carrier {
    private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);
    private static final Buffer END = Buffer.buffer();

    private final EventBus bus;
    private final String gateway;
    private final MessageConsumer<Buffer> frames;
    private final Deque<Buffer> early = new ArrayDeque<>();
    private @Nullable Ear ear;
    private boolean ended;

    private FeedCarrier(EventBus bus, String gateway, String here) {
        this.bus = bus;
        this.gateway = gateway;
        this.frames = bus.localConsumer(here, message -> heard(message.body()));
    }

    /** Asks for a feed, and learns which keys sign the fleet's policies. */
    static Future<Carrier> open(Vertx vertx, String node, FleetKeys keys) {
        EventBus bus = vertx.eventBus();
        String here = Addresses.FEED + ".node." + UUID.randomUUID();
        return bus.<JsonObject>request(
                        Addresses.FEED,
                        new JsonObject().put("node", node).put("address", here),
                        HERE)
                .recover(refused -> Future.failedFuture(new IOException(why(refused))))
                .map(answer -> {
                    trust(keys, answer.body());
                    return new FeedCarrier(bus, answer.body().getString("address"), here);
                });
    }

    private static String why(Throwable refused) {
        boolean nobody =
                refused instanceof ReplyException reply
                        && reply.failureType() == ReplyFailure.NO_HANDLERS;
        return nobody
                ? "no gateway is in this process: gateway.url 'cluster' is for"
                        + " `fleetwall gateway --node FILE`"
                : String.valueOf(refused.getMessage());
    }

    private static void trust(FleetKeys keys, JsonObject answer) {
        trust(keys, Identity.keys(answer.getJsonArray("signingKeys")));
    }

    /** What the gateway in this process says counts. */
    static void trust(FleetKeys keys, List<byte[]> encoded) {
        try {
            keys.trust(encoded);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the gateway's signing keys are unusable", e);
        }
    }

    private void heard(Buffer frame) {
        Ear listening = ear;
        if (listening == null) {
            early.add(frame);
        } else if (frame.length() == 0) {
            end();
        } else {
            listening.frame(frame);
        }
    }

    private void end() {
        Ear listening = ear;
        if (!ended && listening != null) {
            ended = true;
            frames.unregister();
            listening.closed();
        }
    }

    @Override
    public void carry(Ear listening) {
        ear = listening;
        early.forEach(this::heard);
        early.clear();
    }

    @Override
    public void write(Buffer frame) {
        bus.send(gateway, frame, HERE);
    }

    /** What waits does so at the gateway, which is this process. */
    @Override
    public boolean isFull() {
        return false;
    }

    /** Who could not answer could not be asked either: both are one process. */
    @Override
    public void ping() {
        Ear listening = ear;
        if (listening != null) {
            listening.alive();
        }
    }

    @Override
    public boolean pingsSpeak() {
        return false;
    }

    @Override
    public Future<Void> close() {
        if (!ended) {
            write(END);
            end();
        }
        return Future.succeededFuture();
    }
}
