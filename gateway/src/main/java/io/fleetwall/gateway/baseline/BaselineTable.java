package io.fleetwall.gateway.baseline;

import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Baselines in the store. */
final class BaselineTable {
    /** Rows a statement: ten columns each, and every database takes a thousand arguments. */
    private static final int AT_ONCE = 50;

    private BaselineTable() {}

    static Optional<Baseline> find(Transaction transaction, Workflow workflow) {
        return transaction.first(
                "SELECT * FROM baseline WHERE organization = ? AND repository = ? AND workflow = ?",
                BaselineTable::baseline,
                workflow.organization(),
                workflow.repository(),
                workflow.name());
    }

    static Optional<Baseline> find(Transaction transaction, String id) {
        return transaction.first(
                "SELECT * FROM baseline WHERE id = ?", BaselineTable::baseline, id);
    }

    /** Those above an id, in its order. */
    static List<Baseline> list(
            Transaction transaction, Baselines.Filter filter, String after, int limit) {
        return transaction.list(
                "SELECT * FROM baseline WHERE id > ? AND (? = '' OR repository = ?)"
                        + " AND (? = '' OR workflow = ?) ORDER BY id LIMIT ?",
                BaselineTable::baseline,
                after,
                filter.repository(),
                filter.repository(),
                filter.workflow(),
                filter.workflow(),
                limit);
    }

    static long count(Transaction transaction) {
        return transaction
                .first("SELECT count(*) AS number FROM baseline", row -> row.number("number"))
                .orElse(0L);
    }

    /** All destinations of a baseline. */
    static List<Known> places(Transaction transaction, String baseline) {
        return transaction.list(
                "SELECT * FROM baseline_place WHERE baseline = ? ORDER BY name, port, protocol",
                BaselineTable::known,
                baseline);
    }

    /** Those destinations of a baseline that have one of these names. */
    static List<Known> places(Transaction transaction, String baseline, Collection<String> names) {
        if (names.isEmpty()) {
            return List.of();
        }
        String marks = String.join(", ", Collections.nCopies(names.size(), "?"));
        return transaction.list(
                "SELECT * FROM baseline_place WHERE baseline = ? AND name IN (" + marks + ")",
                BaselineTable::known,
                Stream.concat(Stream.of(baseline), names.stream()).toArray());
    }

    static long size(Transaction transaction, String baseline) {
        return transaction
                .first(
                        "SELECT count(*) AS number FROM baseline_place WHERE baseline = ?",
                        row -> row.number("number"),
                        baseline)
                .orElse(0L);
    }

    static void save(Transaction transaction, Baseline baseline) {
        transaction.update(
                "INSERT INTO baseline (id, organization, repository, workflow, first_seen,"
                        + " last_seen, runs, recent, learned_at, full_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen,"
                        + " runs = excluded.runs, recent = excluded.recent,"
                        + " learned_at = excluded.learned_at, full_at = excluded.full_at",
                baseline.id(),
                baseline.workflow().organization(),
                baseline.workflow().repository(),
                baseline.workflow().name(),
                baseline.seen().first().toEpochMilli(),
                baseline.seen().last().toEpochMilli(),
                baseline.seen().runs().count(),
                baseline.seen().runs().text(),
                millis(baseline.learned()),
                millis(baseline.full()));
    }

    static void save(Transaction transaction, String baseline, List<Known> places) {
        for (int from = 0; from < places.size(); from += AT_ONCE) {
            List<Known> some = places.subList(from, Math.min(places.size(), from + AT_ONCE));
            transaction.update(
                    "INSERT INTO baseline_place (baseline, name, port, protocol, first_seen,"
                            + " last_seen, runs, recent, verdicts, deviated_at) VALUES "
                            + String.join(
                                    ", ",
                                    Collections.nCopies(
                                            some.size(), "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"))
                            + " ON CONFLICT (baseline, name, port, protocol) DO UPDATE SET"
                            + " last_seen = excluded.last_seen, runs = excluded.runs,"
                            + " recent = excluded.recent, verdicts = excluded.verdicts",
                    some.stream().flatMap(one -> row(baseline, one)).toArray());
        }
    }

    private static Stream<Object> row(String baseline, Known known) {
        return Stream.of(
                baseline,
                known.place().name(),
                known.place().port(),
                known.place().protocol(),
                known.seen().first().toEpochMilli(),
                known.seen().last().toEpochMilli(),
                known.seen().runs().count(),
                known.seen().runs().text(),
                String.join(",", known.verdicts()),
                millis(known.deviated()));
    }

    /** Forgets a baseline: the next run begins a new one. */
    static void delete(Transaction transaction, String id) {
        transaction.update("DELETE FROM baseline_place WHERE baseline = ?", id);
        transaction.update("DELETE FROM baseline WHERE id = ?", id);
    }

    private static Baseline baseline(Row row) {
        return new Baseline(
                row.text("id"),
                new Workflow(
                        row.text("organization"), row.text("repository"), row.text("workflow")),
                seen(row),
                instant(row.number("learned_at")),
                instant(row.number("full_at")));
    }

    private static Known known(Row row) {
        return new Known(
                new Place(row.text("name"), (int) row.number("port"), row.text("protocol")),
                seen(row),
                new TreeSet<>(List.of(row.text("verdicts").split(","))),
                instant(row.number("deviated_at")));
    }

    private static Baseline.Seen seen(Row row) {
        return new Baseline.Seen(
                Instant.ofEpochMilli(row.number("first_seen")),
                Instant.ofEpochMilli(row.number("last_seen")),
                Runs.of(row.number("runs"), row.text("recent")));
    }

    private static long millis(Optional<Instant> time) {
        return time.map(Instant::toEpochMilli).orElse(0L);
    }

    private static Optional<Instant> instant(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
