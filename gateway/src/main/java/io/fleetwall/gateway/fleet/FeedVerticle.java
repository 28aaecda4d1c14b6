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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
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
    private final PolicyFrames frames = new PolicyFrames();
    private final Set<NodeLink> links = new HashSet<>();

    /** A feed at this desk, for nodes that this enrolment lets in. */
    public FeedVerticle(GatewayConfig.Link config, LinkVerticle.Desk desk, Enrolment enrolment) {
        this.config = config;
        this.desk = desk;
        this.enrolment = enrolment;
    }

    @Override
    public Future<?> start() {
        ScopeCompiler compiler = new ScopeCompiler(context, desk.policies(), desk.events());
        vertx.eventBus().<JsonObject>localConsumer(Addresses.FEED, asked -> enter(asked, compiler));
        vertx.eventBus()
                .localConsumer(
                        Addresses.CATALOGUE_ADVANCED, revision -> links.forEach(NodeLink::pump));
        vertx.setPeriodic(
                config.heartbeat().toMillis(),
                timer ->
                        List.copyOf(links)
                                .forEach(link -> link.tick(config.heartbeat().multipliedBy(3))));
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        List.copyOf(links).forEach(link -> link.close("the gateway stops", config.heartbeat()));
        return Future.succeededFuture();
    }

    private void enter(Message<JsonObject> asked, ScopeCompiler compiler) {
        String node = asked.body().getString("node", "");
        if (!NodeIdentity.isName(node)) {
            asked.fail(0, "no node is named '" + node + "'");
            return;
        }
        vertx.executeBlocking(() -> enrolment.admit(node))
                .onSuccess(admitted -> open(asked, admitted, compiler))
                .onFailure(refused -> asked.fail(0, String.valueOf(refused.getMessage())));
    }

    private void open(
            Message<JsonObject> asked, Enrolment.Admitted admitted, ScopeCompiler compiler) {
        String here = Addresses.FEED + "." + UUID.randomUUID();
        FeedCarrier carrier = new FeedCarrier(context, asked.body().getString("address"), here);
        NodeLink link =
                new NodeLink(
                        new NodeLink.Peer(admitted.node(), admitted.certificate()),
                        carrier,
                        desk,
                        new NodeLink.Terms(config, compiler, frames, context));
        links.add(link);
        carrier.onClose(() -> {
            links.remove(link);
            link.closed();
        });
        carrier.carry(link);
        LOG.atInfo().addKeyValue("node", admitted.node()).log("node fed in this process");
        asked.reply(
                new JsonObject()
                        .put("address", here)
                        .put("signingKeys", new JsonArray(admitted.signingKeys())));
    }
}
