package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.Addresses;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.identity.Enrolment;
import io.fleetwall.gateway.identity.NodeIdentity;
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
 * The {@code cluster} policy feed: the link of an agent that is deployed in the gateway's own
 * Vert.x. Frames are the link's; only what carries them is the event bus, within this process.
 *
 * <p>Whoever is in this process is believed to be the node it says it is. So the address is local:
 * other members of the cluster do not reach it.
 */
public final class FeedVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(FeedVerticle.class);

    private final GatewayConfig.Link config;
    private final LinkVerticle.Desk desk;
    private final Enrolment enrolment;
    private @Nullable Links links;

    /** A feed at this desk, for nodes that this enrolment lets in. */
    public FeedVerticle(GatewayConfig.Link config, LinkVerticle.Desk desk, Enrolment enrolment) {
        this.config = config;
        this.desk = desk;
        this.enrolment = enrolment;
    }

    @Override
    public Future<?> start() {
        Links linked = Links.open(config, desk, context);
        links = linked;
        vertx.eventBus().<JsonObject>localConsumer(Addresses.FEED, asked -> enter(asked, linked));
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

    private void enter(Message<JsonObject> asked, Links linked) {
        String node = asked.body().getString("node", "");
        if (!NodeIdentity.isName(node)) {
            asked.fail(0, "no node is named '" + node + "'");
            return;
        }
        vertx.executeBlocking(() -> enrolment.admit(node))
                .onSuccess(admitted -> open(asked, admitted, linked))
                .onFailure(refused -> asked.fail(0, String.valueOf(refused.getMessage())));
    }

    private void open(Message<JsonObject> asked, Enrolment.Admitted admitted, Links linked) {
        String here = Addresses.FEED + "." + UUID.randomUUID();
        FeedCarrier carrier = new FeedCarrier(context, asked.body().getString("address"), here);
        carrier.carry(
                linked.add(new NodeLink.Peer(admitted.node(), admitted.certificate()), carrier));
        LOG.atInfo().addKeyValue("node", admitted.node()).log("node fed in this process");
        asked.reply(
                new JsonObject()
                        .put("address", here)
                        .put("signingKeys", new JsonArray(admitted.signingKeys())));
    }
}
