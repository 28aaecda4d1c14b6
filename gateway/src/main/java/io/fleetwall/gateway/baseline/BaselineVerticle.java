package io.fleetwall.gateway.baseline;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.gateway.event.StoredEvent;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.UuidV7;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what {@link Sightings} noted into the baselines, and tells what is new. A note is deleted
 * in the transaction that stores what became of it, so each counts once, in one of all gateways.
 * Runs on a virtual thread.
 */
public final class BaselineVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(BaselineVerticle.class);
    private static final long TICK_MILLIS = 250;

    /** Keeps a transaction below about 50 ms. */
    private static final int AT_ONCE = 100;

    /** Leaves most turns of the writer to events when a flood of destinations is worked off. */
    private static final int MOST_A_TICK = 4;

    /** Whoever can make workflows can make many; 1,000 destinations of each are the most rows. */
    private static final int MOST_WORKFLOWS = 20_000;

    private final GatewayConfig.Baseline config;
    private final Database database;
    private final UuidV7 ids;
    private final OwnEvents events;

    /** Learns from what is noted in a store. */
    public BaselineVerticle(
            GatewayConfig.Baseline config, Database database, UuidV7 ids, OwnEvents events) {
        this.config = config;
        this.database = database;
        this.ids = ids;
        this.events = events;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(TICK_MILLIS, timer -> tick());
        return Future.succeededFuture();
    }

    private void tick() {
        try {
            for (int i = 0; i < MOST_A_TICK && database.read(BaselineVerticle::hasMore); i++) {
                events.announce(database.write(this::learn));
            }
        } catch (RuntimeException failed) {
            LOG.atError().setCause(failed).log("baselines not learned; trying again");
        }
    }

    private static boolean hasMore(Transaction transaction) {
        return transaction
                .first("SELECT entry FROM baseline_sighting LIMIT 1", row -> row.number("entry"))
                .isPresent();
    }

    private record Note(long entry, JsonObject body) {}

    private List<StoredEvent> learn(Transaction transaction) {
        List<Note> notes =
                transaction.list(
                        "SELECT entry, body FROM baseline_sighting ORDER BY entry LIMIT ?",
                        row -> new Note(row.number("entry"), new JsonObject(row.text("body"))),
                        AT_ONCE);
        if (notes.isEmpty()) {
            return List.of();
        }
        Map<Workflow, List<Sighting>> seen =
                notes.stream()
                        .flatMap(note -> Sighting.of(note.body()).stream())
                        .collect(
                                Collectors.groupingBy(
                                        Sighting::workflow,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        List<OwnEvents.Fact> facts = new ArrayList<>();
        seen.forEach(
                (workflow, sightings) -> facts.addAll(learn(transaction, workflow, sightings)));
        transaction.update(
                "DELETE FROM baseline_sighting WHERE entry <= ?", notes.getLast().entry());
        return events.append(transaction, facts);
    }

    private List<OwnEvents.Fact> learn(
            Transaction transaction, Workflow workflow, List<Sighting> sightings) {
        Optional<Baseline> found = baseline(transaction, workflow, sightings.getFirst());
        if (found.isEmpty()) {
            return List.of();
        }
        Baseline before = found.get();
        Set<String> names =
                sightings.stream()
                        .flatMap(sighting -> sighting.places().stream())
                        .map(Place::name)
                        .collect(Collectors.toSet());
        Learning learning =
                new Learning(
                        config,
                        before,
                        BaselineTable.places(transaction, before.id(), names),
                        BaselineTable.size(transaction, before.id()));
        sightings.forEach(learning::take);
        BaselineTable.save(transaction, learning.baseline());
        BaselineTable.save(transaction, before.id(), learning.changed());
        return learning.facts();
    }

    /** The workflow's own, or one that begins; empty when there are too many. */
    private Optional<Baseline> baseline(
            Transaction transaction, Workflow workflow, Sighting first) {
        Optional<Baseline> known = BaselineTable.find(transaction, workflow);
        if (known.isPresent()) {
            return known;
        }
        if (BaselineTable.count(transaction) >= MOST_WORKFLOWS) {
            LOG.atWarn()
                    .addKeyValue("workflow", workflow.text())
                    .addKeyValue("most", MOST_WORKFLOWS)
                    .log("no baseline begun: there are too many");
            return Optional.empty();
        }
        return Optional.of(
                new Baseline(
                        ids.next().toString(),
                        workflow,
                        new Baseline.Seen(first.at(), first.at(), Runs.NONE),
                        Optional.empty(),
                        Optional.empty()));
    }
}
