package io.fleetwall.gateway.baseline;

import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** The baselines, for people: what was learned, and how to begin anew. Calls block. */
public final class Baselines {
    private final Database database;
    private final AuditLog audit;

    /** Those of a store. */
    public Baselines(Database database, AuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    /** A baseline and all of its destinations. */
    public record Whole(Baseline baseline, List<Known> places) {}

    /** Which ones somebody wants; an empty text is any. */
    public record Filter(String repository, String workflow) {}

    /** Those above an id, in its order. */
    public List<Baseline> list(Filter filter, String after, int limit) {
        return database.read(transaction -> BaselineTable.list(transaction, filter, after, limit));
    }

    /** One with its destinations. */
    public Optional<Whole> find(String id) {
        return database.read(transaction ->
                BaselineTable.find(transaction, id)
                        .map(found -> new Whole(found, BaselineTable.places(transaction, id))));
    }

    /** Forgets one, so that its workflow is learned anew; empty when there is none. */
    public Optional<Baseline> reset(String id, String by) {
        return database.write(transaction -> {
            Optional<Baseline> found = BaselineTable.find(transaction, id);
            found.ifPresent(baseline -> {
                long places = BaselineTable.size(transaction, id);
                BaselineTable.delete(transaction, id);
                audit.record(
                        transaction,
                        new AuditLog.Act(
                                by,
                                "baseline.reset",
                                baseline.workflow().text(),
                                new JsonObject()
                                        .put("id", id)
                                        .put("runs", baseline.seen().runs().count())
                                        .put("destinations", places)));
            });
            return found;
        });
    }
}
