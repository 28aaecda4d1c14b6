package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.event.EventJson;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Digest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The copy of the fleet's state in the store, so that nodes that stay away are not forgotten. */
final class RunnerTable {
    /** Rows a statement: to prepare one costs more than its row. */
    private static final int AT_ONCE = 100;

    private RunnerTable() {}

    static void save(Transaction transaction, List<RunnerView> views) {
        Map<PolicyMark, String> marks = new HashMap<>();
        for (int from = 0; from < views.size(); from += AT_ONCE) {
            List<RunnerView> some = views.subList(from, Math.min(views.size(), from + AT_ONCE));
            String rows = String.join(", ", Collections.nCopies(some.size(), "(?, ?, ?, ?)"));
            transaction.update(
                    "INSERT INTO runner_state (node, runner, last_seen, body) VALUES "
                            + rows
                            + " ON CONFLICT (node, runner) DO UPDATE SET"
                            + " last_seen = excluded.last_seen, body = excluded.body",
                    some.stream().flatMap(view -> row(view, marks)).toArray());
        }
    }

    private static Stream<Object> row(RunnerView view, Map<PolicyMark, String> marks) {
        return Stream.of(
                view.key().node(),
                view.key().runner(),
                view.contact().lastSeen().toEpochMilli(),
                body(view, marks));
    }

    static List<RunnerView> load(Transaction transaction) {
        return transaction.list(
                "SELECT node, runner, last_seen, body FROM runner_state ORDER BY node, runner",
                RunnerTable::view);
    }

    /** A runner without its name and its contact. */
    static JsonObject body(RunnerView view) {
        return new JsonObject(body(view, new HashMap<>()));
    }

    /** Thousands have the same marks in a rollout: these are encoded once. */
    private static String body(RunnerView view, Map<PolicyMark, String> marks) {
        JsonObject mine =
                new JsonObject()
                        .put("interface", view.interfaceName())
                        .put("labels", new JsonArray(List.copyOf(view.scope().labels())))
                        .put("appliedAt", view.applied().at().toEpochMilli())
                        .put("micros", view.applied().micros());
        view.scope().job().ifPresent(job -> mine.put("job", EventJson.job(job)));
        String desired = marks.computeIfAbsent(view.desired(), mark -> mark(mark).encode());
        String applied = marks.computeIfAbsent(view.applied().mark(), mark -> mark(mark).encode());
        String rest = mine.encode().substring(1);
        return "{\"desired\":" + desired + ",\"applied\":" + applied + "," + rest;
    }

    private static RunnerView view(Row row) {
        return view(
                new RunnerKey(row.text("node"), row.text("runner")),
                new JsonObject(row.text("body")),
                new RunnerView.Contact(
                        RunnerView.Presence.LOST, Instant.ofEpochMilli(row.number("last_seen"))));
    }

    static RunnerView view(RunnerKey key, JsonObject body, RunnerView.Contact contact) {
        TreeSet<String> labels = new TreeSet<>();
        body.getJsonArray("labels").forEach(label -> labels.add(label.toString()));
        Optional<Job> job = Optional.ofNullable(body.getJsonObject("job")).map(EventJson::job);
        return new RunnerView(
                key,
                body.getString("interface"),
                new Scope(labels, job),
                mark(body.getJsonObject("desired")),
                new RunnerView.Acknowledged(
                        mark(body.getJsonObject("applied")),
                        Instant.ofEpochMilli(body.getLong("appliedAt")),
                        body.getLong("micros")),
                RunnerView.Refusal.NONE,
                contact);
    }

    static JsonObject mark(PolicyMark mark) {
        return new JsonObject()
                .put("revision", mark.revision())
                .put("scope", mark.scope().toString())
                .put("policy", mark.policy().toString());
    }

    static PolicyMark mark(JsonObject mark) {
        return new PolicyMark(
                mark.getLong("revision"),
                Digest.parse(mark.getString("scope")),
                Digest.parse(mark.getString("policy")));
    }
}
