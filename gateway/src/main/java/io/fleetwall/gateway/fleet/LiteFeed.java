package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code cluster} policy feed of a lite member: what its node says goes to a gateway of the
 * cluster, and what that says comes back. The node's own Vert.x is no member of anything.
 *
 * <p>A node and a gateway in one process see that the other lives; here the gateway is asked each
 * beat, and the feed ends where it does not answer, so that the node finds another.
 */
public final class LiteFeed {
    private static final Logger LOG = LoggerFactory.getLogger(LiteFeed.class);
    private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);
    private static final long BEAT_MILLIS = 2_000;
    private static final DeliveryOptions ASKED = new DeliveryOptions().setSendTimeout(5_000);

    private final Vertx node;
    private final Supplier<Optional<Vertx>> cluster;
    private final Set<Relay> relays = ConcurrentHashMap.newKeySet();

    /** Between a node's Vert.x and the cluster's, where there is one at the time. */
    public LiteFeed(Vertx node, Supplier<Optional<Vertx>> cluster) {
        this.node = node;
        this.cluster = cluster;
    }

    /** The cluster is left: the node is told that its feed is over, and asks for another. */
    public void end() {
        List.copyOf(relays).forEach(Relay::cut);
    }

    /** Lets the node ask for a feed. */
    public void open() {
        node.eventBus().<JsonObject>localConsumer(Addresses.FEED, this::enter);
    }

    private void enter(Message<JsonObject> asked) {
        Optional<Vertx> gateways = cluster.get();
        if (gateways.isEmpty()) {
            asked.fail(0, "no gateway of the cluster is reached");
            return;
        }
        new Relay(gateways.get(), asked.body().getString("address"))
                .begin(asked.body().getString("node"))
                .onSuccess(asked::reply)
                .onFailure(refused -> asked.fail(0, why(refused)));
    }

    private static String why(Throwable refused) {
        boolean nobody =
                refused instanceof ReplyException reply
                        && reply.failureType() == ReplyFailure.NO_HANDLERS;
        return nobody
                ? "no gateway of the cluster takes nodes of lite members: cluster.lite: host"
                : String.valueOf(refused.getMessage());
    }

    /** One feed; ended by either side, once. */
    private final class Relay {
        private final Vertx gateways;
        private final EventBus far;
        private final String nodeEar;
        private final MessageConsumer<Buffer> fromNode;
        private final MessageConsumer<Buffer> fromGateway;
        private final String here = Addresses.FEED + "." + UUID.randomUUID();
        private final String there = Addresses.LITE_FEED + "." + UUID.randomUUID();
        private volatile boolean ended;
        private volatile long timer = -1;

        Relay(Vertx gateways, String nodeEar) {
            this.gateways = gateways;
            this.far = gateways.eventBus();
            this.nodeEar = nodeEar;
            this.fromNode = node.eventBus().localConsumer(here);
            this.fromGateway = far.consumer(there);
        }

        /** What the node is to know of its feed. */
        Future<JsonObject> begin(String name) {
            relays.add(this);
            fromGateway.handler(frame -> {
                node.eventBus().send(nodeEar, frame.body(), HERE);
                if (frame.body().length() == 0) {
                    end();
                }
            });
            return fromGateway
                    .completion()
                    .compose(heard ->
                            far.<JsonObject>request(
                                    Addresses.LITE_FEED,
                                    new JsonObject().put("node", name).put("address", there),
                                    ASKED))
                    .map(answer -> carry(name, answer.body()))
                    .onFailure(refused -> end());
        }

        private JsonObject carry(String name, JsonObject answer) {
            String gateway = answer.getString("address");
            fromNode.handler(frame -> {
                far.send(gateway, frame.body());
                if (frame.body().length() == 0) {
                    end();
                }
            });
            timer = gateways.setPeriodic(BEAT_MILLIS, beat -> look(name, gateway));
            LOG.atInfo().addKeyValue("node", name).log("node fed by a gateway of the cluster");
            return answer.copy().put("address", here);
        }

        private void look(String name, String gateway) {
            far.request(gateway, FeedCarrier.QUESTION, ASKED)
                    .onFailure(silent -> {
                        if (!ended) {
                            LOG.atWarn()
                                    .addKeyValue("node", name)
                                    .addKeyValue("problem", silent.getMessage())
                                    .log("the gateway of this feed does not answer");
                            cut();
                        }
                    });
        }

        void cut() {
            node.eventBus().send(nodeEar, Buffer.buffer(), HERE);
            end();
        }

        private void end() {
            ended = true;
            relays.remove(this);
            gateways.cancelTimer(timer);
            fromNode.unregister();
            fromGateway.unregister();
        }
    }
}
