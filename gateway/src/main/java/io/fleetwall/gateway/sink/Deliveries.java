package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Rows of the outbox on their way: leased, tried, written down. Gateways on one store do so side by
 * side: whoever leases locks the rows, and others pass over them.
 *
 * <p>How often a row was leased tells its leases apart: whoever comes back after its lease has
 * ended can say that it delivered, and nothing else.
 */
final class Deliveries {
    private static final List<String> COLUMNS =
            List.of("outbox", "target", "attempt", "at", "millis", "status", "outcome");

    /** Below every database's limit of arguments. */
    private static final int IDS_AN_UPDATE = 200;

    private final Database database;
    private final InstantSource clock;

    Deliveries(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
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
        return database.writeAside(
                transaction -> lease(transaction, new Claim(target, now, limit, lease)));
    }

    /** What somebody wants to lease. */
    record Claim(String target, long now, int limit, Duration lease) {}

    /**
     * An alert whose incident has an earlier one that waits, leased or not, is not taken: so order
     * holds whoever delivers. The rows are chosen once, before any is changed.
     */
    static List<Due> lease(Transaction transaction, Claim claim) {
        return transaction
                .list(
                        "WITH due AS MATERIALIZED (SELECT o.id FROM outbox o WHERE o.target = ?"
                                + " AND o.state = 'waiting' AND o.due_at <= ?"
                                + " AND o.leased_until <= ? AND NOT EXISTS (SELECT 1 FROM outbox e"
                                + " WHERE e.target = o.target AND e.incident = o.incident"
                                + " AND e.state = 'waiting' AND e.id < o.id)"
                                + " ORDER BY o.id LIMIT ?"
                                + transaction.unclaimed()
                                + ") UPDATE outbox SET leased_until = ?, attempts = attempts + 1"
                                + " WHERE id IN (SELECT id FROM due)"
                                + " RETURNING id, target, incident, act, event, occurrences,"
                                + " created_at, attempts,"
                                + " coalesce((SELECT total FROM incident i"
                                + " WHERE i.id = outbox.incident), 0) AS total,"
                                + " coalesce((SELECT handle FROM sink_message m WHERE m.target ="
                                + " outbox.target AND m.incident = outbox.incident), '') AS handle",
                        Deliveries::due,
                        claim.target(),
                        claim.now(),
                        claim.now(),
                        claim.limit(),
                        claim.now() + claim.lease().toMillis())
                .stream()
                .sorted(Comparator.comparing(Due::id))
                .toList();
    }

    /**
     * What came of one attempt.
     *
     * @param next whether and when there is another one
     */
    record Outcome(Due due, Attempt attempt, Backoff.Next next) {}

    /** Writes down what came of attempts, and gives back what was leased and not tried. */
    void record(List<Outcome> outcomes, List<Due> untried) {
        if (outcomes.isEmpty() && untried.isEmpty()) {
            return;
        }
        database.writeAside(transaction -> {
            transaction.insert("delivery", COLUMNS, outcomes.stream().map(this::delivery).toList());
            List<String> delivered = new ArrayList<>();
            for (Outcome outcome : outcomes) {
                Due due = outcome.due();
                switch (outcome.next()) {
                    case Backoff.Next.Done done -> {
                        remember(transaction, due, outcome.attempt());
                        delivered.add(due.id());
                    }
                    case Backoff.Next.Dead dead -> held(transaction, "state = 'dead'", due);
                    case Backoff.Next.Again(var delay) ->
                            held(
                                    transaction,
                                    "leased_until = 0, due_at = "
                                            + (clock.millis() + delay.toMillis()),
                                    due);
                }
            }
            untried.forEach(
                    due -> held(transaction, "leased_until = 0, attempts = attempts - 1", due));
            return each(transaction, "UPDATE outbox SET state = 'delivered'", delivered);
        });
    }

    /** Changes a row whose lease nobody else has taken meanwhile. */
    private static void held(Transaction transaction, String change, Due due) {
        transaction.update(
                "UPDATE outbox SET " + change + " WHERE id = ? AND attempts = ?",
                due.id(),
                due.attempts());
    }

    private List<Object> delivery(Outcome outcome) {
        Due due = outcome.due();
        Attempt attempt = outcome.attempt();
        return List.of(
                due.id(),
                due.target(),
                due.attempts(),
                clock.millis(),
                attempt.millis(),
                attempt.status(),
                attempt.outcome());
    }

    private static int each(Transaction transaction, String update, List<String> ids) {
        int changed = 0;
        for (int from = 0; from < ids.size(); from += IDS_AN_UPDATE) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + IDS_AN_UPDATE));
            String marks = String.join(", ", Collections.nCopies(some.size(), "?"));
            changed += transaction.update(update + " WHERE id IN (" + marks + ")", some.toArray());
        }
        return changed;
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
