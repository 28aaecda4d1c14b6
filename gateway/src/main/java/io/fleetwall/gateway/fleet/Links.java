package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.Addresses;
import io.fleetwall.gateway.config.GatewayConfig;
import io.vertx.core.Context;
import io.vertx.core.eventbus.EventBus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The nodes that are linked over one event loop, whatever carries their frames. What all of them
 * must hear (a newer revision, other signing keys) is listened for here, so that no way in can
 * forget it.
 */
final class Links {
    private final LinkVerticle.Desk desk;
    private final NodeLink.Terms terms;
    private final Set<NodeLink> links = new HashSet<>();

    private Links(LinkVerticle.Desk desk, NodeLink.Terms terms) {
        this.desk = desk;
        this.terms = terms;
    }

    /** None yet; on the loop of this context, which is the only one that may use them. */
    static Links open(GatewayConfig.Link config, LinkVerticle.Desk desk, Context context) {
        ScopeCompiler compiler = new ScopeCompiler(context, desk.policies(), desk.events());
        Links opened =
                new Links(desk, new NodeLink.Terms(config, compiler, new PolicyFrames(), context));
        EventBus bus = context.owner().eventBus();
        bus.localConsumer(
                Addresses.CATALOGUE_ADVANCED, revision -> opened.links.forEach(NodeLink::pump));
        bus.localConsumer(Addresses.KEYS_CHANGED, none -> opened.links.forEach(NodeLink::keys));
        return opened;
    }

    /** A node is linked until its carrier closes. */
    NodeLink add(NodeLink.Peer peer, Carrier carrier) {
        NodeLink link = new NodeLink(peer, carrier, desk, terms);
        links.add(link);
        carrier.onClose(() -> {
            links.remove(link);
            link.closed();
        });
        return link;
    }

    /** A beat: whoever was silent for so long is cut off. */
    void tick(Duration silence) {
        List.copyOf(links).forEach(link -> link.tick(silence));
    }

    /** All are told to come back, each after a time of its own. */
    void close(String reason, Supplier<Duration> reconnectAfter) {
        List.copyOf(links).forEach(link -> link.close(reason, reconnectAfter.get()));
    }
}
