package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.Addresses;
import io.fleetwall.gateway.cluster.Sessions;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gateways of a cluster tell each other of their nodes, so that each of them shows the
 * whole fleet, and a rollout is done only when it is done everywhere. A gateway that is alone says
 * nothing. Runs on a virtual thread, so it may block.
 *
 * <p>Notices may be lost, so everything is said again now and then, and whenever a gateway comes.
 */
public final class MirrorVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorVerticle.class);
    private static final long TICK_MILLIS = 250;

    /** Of what is said again: how old a time of another gateway's node may be. */
    private static final long WHOLE_NANOS = Duration.ofSeconds(30).toNanos();

    /** About 100 KB a message. */
    private static final int AT_ONCE = 200;

    private final Fleet fleet;
    private final NodePresence here;
    private final Sessions sessions;
    private final String mine = UUID.randomUUID().toString();
    private Set<String> gateways = Set.of();
    private long wholeNanos = System.nanoTime();
    private boolean asked;

    /** Tells of a gateway's own nodes, and hears of the others'. */
    public MirrorVerticle(Fleet fleet, NodePresence here, Sessions sessions) {
        this.fleet = fleet;
        this.here = here;
        this.sessions = sessions;
    }

    @Override
    public Future<?> start() {
        var bus = vertx.eventBus();
        bus.<JsonObject>consumer(Addresses.FLEET_TOLD, this::told);
        bus.<String>consumer(
                Addresses.FLEET_ASKED, message -> asked |= !mine.equals(message.body()));
        vertx.setPeriodic(TICK_MILLIS, timer -> tick());
        return Future.succeededFuture();
    }

    private void tick() {
        try {
            Set<String> untold = fleet.book().changes();
            Set<String> present = sessions.gateways();
            boolean came = !gateways.containsAll(present);
            gateways = present;
            if (present.size() < 2) {
                return;
            }
            if (came) {
                vertx.eventBus().publish(Addresses.FLEET_ASKED, mine);
            }
            long now = System.nanoTime();
            if (came || asked || now - wholeNanos > WHOLE_NANOS) {
                asked = false;
                wholeNanos = now;
                untold.addAll(here.held());
            }
            tell(untold);
        } catch (RuntimeException failed) {
            LOG.atError().setCause(failed).log("the other gateways are not told; trying again");
        }
    }

    private void tell(Set<String> nodes) {
        List<String> all = new ArrayList<>(nodes);
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            JsonArray some = new JsonArray();
            all.subList(from, Math.min(all.size(), from + AT_ONCE)).stream()
                    .flatMap(node -> fleet.copy(node).stream())
                    .forEach(copy -> some.add(copy.json()));
            vertx.eventBus()
                    .publish(
                            Addresses.FLEET_TOLD,
                            new JsonObject().put("by", mine).put("nodes", some));
        }
    }

    private void told(Message<JsonObject> message) {
        if (mine.equals(message.body().getString("by"))) {
            return;
        }
        try {
            for (Object each : message.body().getJsonArray("nodes")) {
                NodeCopy copy = NodeCopy.of((JsonObject) each);
                if (!here.has(copy.node())) {
                    fleet.told(copy);
                }
            }
        } catch (MalformedMessageException | RuntimeException unreadable) {
            LOG.atError().setCause(unreadable).log("what another gateway tells cannot be read");
        }
    }
}
