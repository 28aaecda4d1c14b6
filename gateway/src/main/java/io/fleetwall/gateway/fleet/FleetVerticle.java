package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.protocol.event.EventKind;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of nodes that come and go, and copies the fleet's state into the store. Runs on a virtual
 * thread, so it may block.
 */
public final class FleetVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(FleetVerticle.class);

    /** A lost node is told at most so much late. */
    private static final long TICK_MILLIS = 250;

    /**
     * The store lags behind so much. Acknowledgements of a rollout come in any order, so to save
     * more often means to write the same pages again.
     */
    private static final int TICKS_A_SAVE = 4;

    /** Rows a commit: whoever publishes meanwhile waits for one of these only. */
    private static final int ROWS = 1_000;

    /** In one transaction; ten thousand nodes may come at once. */
    private static final int AT_ONCE = 500;

    private final Fleet fleet;
    private final Roster roster;
    private final Database database;
    private final OwnEvents events;
    private final List<OwnEvents.Fact> unsaid = new ArrayList<>();
    private long ticks;

    /**
     * Not yet known to the other gateways: while a cluster forms it answers late, and a gateway
     * must not fail to start for that.
     */
    private Set<String> expected = Set.of();

    /** Keeps a fleet's books. */
    public FleetVerticle(Fleet fleet, Roster roster, Database database, OwnEvents events) {
        this.fleet = fleet;
        this.roster = roster;
        this.database = database;
        this.events = events;
    }

    @Override
    public Future<?> start() {
        List<RunnerView> known = database.read(RunnerTable::load);
        fleet.restore(known);
        expected = known.stream().map(view -> view.key().node()).collect(Collectors.toSet());
        vertx.setPeriodic(TICK_MILLIS, timer -> tick());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        save();
        return Future.succeededFuture();
    }

    private void tick() {
        try {
            if (!expected.isEmpty()) {
                roster.expect(expected);
                expected = Set.of();
            }
            roster.changes().forEach(this::tell);
            say();
            ticks++;
            if (ticks % TICKS_A_SAVE == 0) {
                save();
            }
        } catch (RuntimeException failed) {
            LOG.atError().setCause(failed).log("fleet state not saved; trying again");
        }
    }

    private void tell(Roster.Change change) {
        String node = change.node();
        switch (change) {
            case Roster.Change.Joined joined ->
                    say(EventKind.NODE_JOINED, node, "node " + node + " is connected");
            case Roster.Change.Lost lost -> {
                fleet.lost(node);
                say(
                        EventKind.NODE_LOST,
                        node,
                        "node " + node + " is silent; its kernel keeps the last policy");
            }
        }
    }

    private void say(EventKind kind, String node, String message) {
        unsaid.add(new OwnEvents.Fact(kind, node, "", message));
        LOG.atInfo().addKeyValue("node", node).addKeyValue("kind", kind).log("fleet changed");
    }

    /** Whatever the store cannot take now is said later. */
    private void say() {
        while (!unsaid.isEmpty()) {
            List<OwnEvents.Fact> some =
                    List.copyOf(unsaid.subList(0, Math.min(AT_ONCE, unsaid.size())));
            events.say(some);
            unsaid.subList(0, some.size()).clear();
        }
    }

    private void save() {
        fleet.save(views -> {
            for (int from = 0; from < views.size(); from += ROWS) {
                List<RunnerView> some = views.subList(from, Math.min(views.size(), from + ROWS));
                database.write(transaction -> {
                    RunnerTable.save(transaction, some);
                    return some.size();
                });
            }
        });
    }
}
