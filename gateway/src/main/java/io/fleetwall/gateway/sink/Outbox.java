package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.Tuning;
import io.fleetwall.gateway.event.StoredEvent;
import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.UuidV7;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What must still be told to whom. Rows are written in the transaction that stores the event, so an
 * event that was acknowledged is either delivered or still here.
 *
 * <p>Few messages an incident: the first event goes out at once; equal ones within the window are
 * counted into a single further message at its end.
 */
public final class Outbox {
    /** An incident is over after so many quiet windows: ten minutes with the default of 30 s. */
    private static final int QUIET_WINDOWS = 20;

    private static final List<String> COLUMNS =
            List.of(
                    "id",
                    "target",
                    "incident",
                    "event",
                    "occurrences",
                    "created_at",
                    "due_at",
                    "leased_until",
                    "attempts",
                    "state",
                    "act");

    private final Database database;
    private final InstantSource clock;
    private final UuidV7 ids;
    private final GatewayConfig.Webhooks config;
    private final Mutes mutes;
    private final Incidents incidents;
    private final Severities severities;
    private final Crowd crowd;

    /** What is due, and what came of it. */
    Deliveries deliveries() {
        return new Deliveries(database, clock);
    }

    /** An outbox for the configured targets. */
    public Outbox(Mutes mutes, UuidV7 ids, Memory memory, GatewayConfig.Webhooks config) {
        this.database = memory.database();
        this.clock = memory.clock();
        this.ids = ids;
        this.config = config;
        this.mutes = mutes;
        Duration quiet = config.window().multipliedBy(QUIET_WINDOWS);
        this.incidents = new Incidents(ids, quiet);
        this.crowd = new Crowd(config.incidentsPerJob(), quiet);
        this.severities = new Severities(config.severities());
    }

    /** Where rows are kept, and their times come from. */
    public record Memory(Database database, InstantSource clock) {}

    /** Writes the rows of events, within their own transaction. */
    public void enqueue(Transaction transaction, List<StoredEvent> events) {
        List<GatewayConfig.Target> targets =
                config.targets().stream()
                        .filter(target -> target.tuning().pace().each() == Tuning.Each.INCIDENT)
                        .toList();
        List<JsonObject> told =
                events.stream()
                        .filter(event ->
                                targets.stream()
                                        .anyMatch(target -> Wanted.kind(target, event.kind())))
                        .map(event -> severities.told(event.body()))
                        .toList();
        List<JsonObject> wanted =
                told.stream()
                        .filter(event ->
                                targets.stream().anyMatch(target -> Wanted.by(target, event)))
                        .toList();
        if (wanted.isEmpty()) {
            return;
        }
        Gathering gathering = new Gathering();
        for (JsonObject passed : mutes.passing(transaction, wanted)) {
            Crowd.Member member = crowd.of(passed, clock.millis());
            String key = member.key();
            JsonObject event = member.event();
            gathering.add(key, event);
            targets.stream()
                    .filter(target ->
                            Wanted.kind(target, event.getString("kind"))
                                    && Wanted.by(target, event))
                    .forEach(target -> gathering.add(key, target.name(), event));
        }
        write(transaction, gathering);
    }

    private void write(Transaction transaction, Gathering gathering) {
        long now = clock.millis();
        Map<String, Incidents.Counted> incidents =
                this.incidents.count(transaction, gathering.incidents(), now);
        List<List<Object>> rows = new ArrayList<>();
        gathering
                .alerts()
                .forEach((wish, together) -> {
                    Incidents.Counted incident = incidents.get(wish.key());
                    if (incident == null) {
                        throw new IllegalStateException("an alert without an incident");
                    }
                    Whom whom = new Whom(wish.target(), incident.id());
                    Entry entry =
                            new Entry(together.first(), together.count(), now, Incident.Act.OPEN);
                    switch (incident.begun()) {
                        case NOW -> rows.add(row(ids.next().toString(), whom, entry));
                        case BEFORE -> again(transaction, whom, entry).ifPresent(rows::add);
                    }
                });
        transaction.insert("outbox", COLUMNS, rows);
    }

    private record Whom(String target, String incident) {}

    /** Counted into an alert that waits, or the row of another one, a window after the latest. */
    private Optional<List<Object>> again(Transaction transaction, Whom row, Entry entry) {
        long now = entry.due();
        int counted =
                transaction.update(
                        "UPDATE outbox SET occurrences = occurrences + ? WHERE target = ?"
                                + " AND incident = ? AND act = 'open' AND state = 'waiting'"
                                + " AND attempts = 0 AND leased_until <= ?",
                        entry.count(),
                        row.target(),
                        row.incident(),
                        now);
        if (counted > 0) {
            return Optional.empty();
        }
        Optional<Long> latest =
                transaction.first(
                        "SELECT due_at FROM outbox WHERE target = ? AND incident = ?"
                                + " AND due_at > ? ORDER BY due_at DESC LIMIT 1",
                        found -> found.number("due_at"),
                        row.target(),
                        row.incident(),
                        now - config.window().toMillis());
        long due = latest.map(at -> at + config.window().toMillis()).orElse(now);
        return Optional.of(
                row(
                        ids.next().toString(),
                        row,
                        new Entry(entry.event(), entry.count(), due, entry.act())));
    }

    private record Entry(JsonObject event, long count, long due, Incident.Act act) {}

    private String insert(Transaction transaction, Whom whom, Entry entry) {
        String id = ids.next().toString();
        transaction.insert("outbox", COLUMNS, List.of(row(id, whom, entry)));
        return id;
    }

    private List<Object> row(String id, Whom whom, Entry entry) {
        return List.of(
                id,
                whom.target(),
                whom.incident(),
                entry.event().encode(),
                entry.count(),
                clock.millis(),
                entry.due(),
                0,
                0,
                "waiting",
                entry.act().text());
    }

    /**
     * Ends incidents that have been quiet, and tells receivers that keep incidents of their own.
     */
    void endQuiet() {
        long now = clock.millis();
        if (!database.read(transaction -> incidents.anyQuiet(transaction, now))) {
            return;
        }
        List<String> pagers =
                config.targets().stream()
                        .filter(target -> target.format() == GatewayConfig.Format.PAGERDUTY)
                        .map(GatewayConfig.Target::name)
                        .toList();
        database.write(transaction -> {
            List<Incidents.Over> over = incidents.end(transaction, now);
            for (Incidents.Over one : over) {
                JsonObject event = new JsonObject(one.event());
                for (String pager : pagers) {
                    if (told(transaction, pager, one.id())) {
                        insert(
                                transaction,
                                new Whom(pager, one.id()),
                                new Entry(event, 1, now, Incident.Act.RESOLVE));
                    }
                }
            }
            return over.size();
        });
    }

    private static boolean told(Transaction transaction, String target, String incident) {
        return transaction
                .first(
                        "SELECT id FROM outbox WHERE target = ? AND incident = ? LIMIT 1",
                        row -> row.text("id"),
                        target,
                        incident)
                .isPresent();
    }

    /** Whether there is a target of this name. */
    public boolean hasTarget(String name) {
        return config.targets().stream().anyMatch(target -> target.name().equals(name));
    }

    /** The newest incidents below an id; empty for the newest of all. */
    public List<JsonObject> incidents(String before, int limit) {
        return database.read(transaction -> Incidents.list(transaction, before, limit));
    }

    /** Writes an alert that only says that it is a test; answers its id. */
    public String test(String target, String by) {
        String id = ids.next().toString();
        JsonObject event =
                new JsonObject()
                        .put("id", id)
                        .put("at", clock.instant().toString())
                        .put("kind", "webhook.test")
                        .put("severity", "info")
                        .put("count", 1)
                        .put("message", "Test of the target " + target + ", asked for by " + by);
        return database.write(transaction -> {
            String delivery =
                    insert(
                            transaction,
                            new Whom(target, "test-" + id),
                            new Entry(event, 1, clock.millis(), Incident.Act.OPEN));
            new AuditLog(clock)
                    .record(
                            transaction,
                            new AuditLog.Act(
                                    by,
                                    "webhook.test",
                                    target,
                                    new JsonObject().put("delivery", delivery)));
            return delivery;
        });
    }
}
