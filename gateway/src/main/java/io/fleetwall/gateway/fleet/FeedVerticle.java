package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.Addresses;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.identity.Enrolment;
import io.fleetwall.gateway.identity.NodeIdentity;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code cluster} policy feed: the link of an agent in the gateway's own process, or in a lite
 * member of its cluster. Frames are the link's; only what carries them is the event bus.
 *
 * <p>Whoever is in this process is believed to be the node it says it is. So the address is local:
 * other members of the cluster do not reach it, unless the settings say that lite members are
 * believed as well.
 */
public final class FeedVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(FeedVerticle.class);

    private final GatewayConfig.Link config;
    private final GatewayConfig.Lite lite;
    private final LinkVerticle.Desk desk;
    private final Enrolment enrolment;
    private @Nullable Links links;

    /** A feed at this desk, for nodes that this enrolment lets in. */
    public FeedVerticle(GatewayConfig config, LinkVerticle.Desk desk, Enrolment enrolment) {
        this.config = config.link();
        this.lite = config.cluster().lite();
        this.desk = desk;
        this.enrolment = enrolment;
    }

    @Override
    public Future<?> start() {
        Links linked = Links.open(config, desk, context);
        links = linked;
        vertx.eventBus()
                .<JsonObject>localConsumer(
                        Addresses.FEED, asked -> enter(asked, linked, FeedCarrier::within));
        if (lite == GatewayConfig.Lite.HOST) {
            LOG.atWarn()
                    .log(
                            "nodes of lite members are let in by their names: whoever reaches the"
                                    + " cluster's ports can pose as any of them");
            vertx.eventBus()
                    .<JsonObject>consumer(
                            Addresses.LITE_FEED,
                            asked -> enter(asked, linked, FeedCarrier::across));
        }
        vertx.setPeriodic(
                config.heartbeat().toMillis(),
                timer -> linked.tick(config.heartbeat().multipliedBy(3)));
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        if (links != null) {
            links.close("the gateway stops", config::heartbeat);
        }
        return Future.succeededFuture();
    }

    /** How far a feed reaches. */
    private interface Reach {
        FeedCarrier carrier(Context context, String node, String here);
    }

    private void enter(Message<JsonObject> asked, Links linked, Reach reach) {
        String node = asked.body().getString("node", "");
        if (!NodeIdentity.isName(node)) {
            asked.fail(0, "no node is named '" + node + "'");
            return;
        }
        vertx.executeBlocking(() -> enrolment.admit(node))
                .onSuccess(admitted -> open(asked, admitted, new Entry(linked, reach)))
                .onFailure(refused -> asked.fail(0, String.valueOf(refused.getMessage())));
    }

    private record Entry(Links links, Reach reach) {}

    private void open(Message<JsonObject> asked, Enrolment.Admitted admitted, Entry entry) {
        String here = Addresses.FEED + "." + UUID.randomUUID();
        FeedCarrier carrier =
                entry.reach().carrier(context, asked.body().getString("address"), here);
        carrier.carry(
                entry.links()
                        .add(new NodeLink.Peer(admitted.node(), admitted.certificate()), carrier));
        LOG.atInfo().addKeyValue("node", admitted.node()).log("node fed over the event bus");
        JsonObject answer =
                new JsonObject()
                        .put("address", here)
                        .put("signingKeys", new JsonArray(admitted.signingKeys()));
        carrier.ready()
                .onSuccess(hears -> asked.reply(answer))
                .onFailure(deaf -> asked.fail(0, String.valueOf(deaf.getMessage())));
    }
}
