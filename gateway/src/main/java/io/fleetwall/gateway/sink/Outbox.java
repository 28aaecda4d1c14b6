package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.Tuning;
import io.fleetwall.gateway.event.StoredEvent;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.UuidV7;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
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

    private final Database database;
    private final InstantSource clock;
    private final UuidV7 ids;
    private final GatewayConfig.Webhooks config;
    private final Mutes mutes;
    private final Incidents incidents;
    private final Severities severities;

    /** An outbox for the configured targets. */
    public Outbox(Mutes mutes, UuidV7 ids, Memory memory, GatewayConfig.Webhooks config) {
        this.database = memory.database();
        this.clock = memory.clock();
        this.ids = ids;
        this.config = config;
        this.mutes = mutes;
        this.incidents = new Incidents(ids, config.window().multipliedBy(QUIET_WINDOWS));
        this.severities = new Severities(config.severities());
    }

    /** Where rows are kept, and their times come from. */
    public record Memory(Database database, InstantSource clock) {}

    /** Writes an event's rows, within its own transaction. */
    public void enqueue(Transaction transaction, StoredEvent event) {
        List<GatewayConfig.Target> targets =
                config.targets().stream()
                        .filter(target ->
                                target.tuning().pace().each() == Tuning.Each.INCIDENT
                                        && Wanted.kind(target, event.kind()))
                        .toList();
        if (targets.isEmpty()) {
            return;
        }
        JsonObject told = severities.told(event.body());
        List<GatewayConfig.Target> wanting =
                targets.stream().filter(target -> Wanted.by(target, told)).toList();
        if (wanting.isEmpty() || mutes.hides(transaction, told)) {
            return;
        }
        String incident = incidents.count(transaction, told, clock.millis());
        wanting.forEach(target -> enqueue(transaction, new Whom(target.name(), incident), told));
    }

    private record Whom(String target, String incident) {}

    private void enqueue(Transaction transaction, Whom row, JsonObject event) {
        long now = clock.millis();
        long count = event.getLong("count", 1L);
        int counted =
                transaction.update(
                        "UPDATE outbox SET occurrences = occurrences + ? WHERE target = ?"
                                + " AND incident = ? AND act = 'open' AND state = 'waiting'"
                                + " AND attempts = 0 AND leased_until <= ?",
                        count,
                        row.target(),
                        row.incident(),
                        now);
        if (counted > 0) {
            return;
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
        insert(transaction, row, new Entry(event, count, due, Incident.Act.OPEN));
    }

    private record Entry(JsonObject event, long count, long due, Incident.Act act) {}

    private String insert(Transaction transaction, Whom row, Entry entry) {
        String id = ids.next().toString();
        transaction.update(
                "INSERT INTO outbox (id, target, incident, event, occurrences, created_at, due_at,"
                        + " leased_until, attempts, state, act)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 'waiting', ?)",
                id,
                row.target(),
                row.incident(),
                entry.event().encode(),
                entry.count(),
                clock.millis(),
                entry.due(),
                entry.act().text());
        return id;
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
        return database.write(transaction ->
                insert(
                        transaction,
                        new Whom(target, "test-" + id),
                        new Entry(event, 1, clock.millis(), Incident.Act.OPEN)));
    }

    /**
     * Takes what is due for a target; nobody else gets it until the lease ends. An alert waits for
     * the earlier ones of its incident.
     */
    List<Due> lease(String target, int limit, Duration lease) {
        long now = clock.millis();
        boolean any =
                database.read(transaction ->
                        transaction
                                .first(
                                        "SELECT id FROM outbox WHERE target = ?"
                                                + " AND state = 'waiting' AND due_at <= ?"
                                                + " AND leased_until <= ? LIMIT 1",
                                        row -> row.text("id"),
                                        target,
                                        now,
                                        now)
                                .isPresent());
        if (!any) {
            return List.of();
        }
        return database.write(
                transaction -> lease(transaction, new Claim(target, now, limit, lease)));
    }

    private record Claim(String target, long now, int limit, Duration lease) {}

    /** The lease is checked again on the row itself: another gateway may just have taken it. */
    private static List<Due> lease(Transaction transaction, Claim claim) {
        return transaction
                .list(
                        "UPDATE outbox SET leased_until = ?, attempts = attempts + 1"
                                + " WHERE leased_until <= ? AND state = 'waiting' AND id IN"
                                + " (SELECT id FROM outbox o WHERE o.target = ?"
                                + " AND o.state = 'waiting' AND o.due_at <= ?"
                                + " AND o.leased_until <= ? AND NOT EXISTS (SELECT 1 FROM outbox e"
                                + " WHERE e.target = o.target AND e.incident = o.incident"
                                + " AND e.state = 'waiting' AND e.id < o.id)"
                                + " ORDER BY o.id LIMIT ?)"
                                + " RETURNING id, target, incident, act, event, occurrences,"
                                + " created_at, attempts,"
                                + " coalesce((SELECT total FROM incident i"
                                + " WHERE i.id = outbox.incident), 0) AS total,"
                                + " coalesce((SELECT handle FROM sink_message m WHERE m.target ="
                                + " outbox.target AND m.incident = outbox.incident), '') AS handle",
                        Outbox::due,
                        claim.now() + claim.lease().toMillis(),
                        claim.now(),
                        claim.target(),
                        claim.now(),
                        claim.now(),
                        claim.limit())
                .stream()
                .sorted(Comparator.comparing(Due::id))
                .toList();
    }

    /** Writes down what came of an attempt, and when the next one is due if there is one. */
    void record(Due due, Attempt attempt, Backoff.Next next) {
        database.write(transaction -> {
            transaction.update(
                    "INSERT INTO delivery (outbox, target, attempt, at, millis, status,"
                            + " outcome) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    due.id(),
                    due.target(),
                    due.attempts(),
                    clock.millis(),
                    attempt.millis(),
                    attempt.status(),
                    attempt.outcome());
            return switch (next) {
                case Backoff.Next.Done done -> {
                    remember(transaction, due, attempt);
                    yield settle(transaction, due, "delivered");
                }
                case Backoff.Next.Dead dead -> settle(transaction, due, "dead");
                case Backoff.Next.Again(var delay) ->
                        transaction.update(
                                "UPDATE outbox SET leased_until = 0, due_at = ?" + " WHERE id = ?",
                                clock.millis() + delay.toMillis(),
                                due.id());
            };
        });
    }

    /** Slack's Web API answers with the message's place, which is needed to update it. */
    private static void remember(Transaction transaction, Due due, Attempt attempt) {
        JsonObject answer = Judge.json(attempt.answer());
        if (answer.getValue("ts") instanceof String ts
                && answer.getValue("channel") instanceof String channel) {
            transaction.update(
                    "INSERT INTO sink_message (target, incident, handle) VALUES (?, ?, ?)"
                            + " ON CONFLICT (target, incident) DO NOTHING",
                    due.target(),
                    due.incident().id(),
                    channel + " " + ts);
        }
    }

    private static int settle(Transaction transaction, Due due, String state) {
        return transaction.update("UPDATE outbox SET state = ? WHERE id = ?", state, due.id());
    }

    private static Due due(Row row) {
        return new Due(
                row.text("id"),
                row.text("target"),
                new JsonObject(row.text("event")),
                new Incident(
                        row.text("incident"),
                        Incident.Act.of(row.text("act")),
                        row.number("total"),
                        row.text("handle")),
                row.number("occurrences"),
                row.number("created_at"),
                (int) row.number("attempts"));
    }
}
