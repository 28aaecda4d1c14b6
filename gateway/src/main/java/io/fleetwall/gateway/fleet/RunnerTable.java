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

/** The copy of the fleet's state in the store, so that nodes that stay away are not forgotten. */
final class RunnerTable {
    /** Rows a statement: to prepare one costs more than its row. */
    private static final int AT_ONCE = 100;

    private static final int COLUMNS = 4;

    private RunnerTable() {}

    static void save(Transaction transaction, List<RunnerView> views) {
        Texts texts = new Texts();
        for (int from = 0; from < views.size(); from += AT_ONCE) {
            List<RunnerView> some = views.subList(from, Math.min(views.size(), from + AT_ONCE));
            transaction.update(
                    "INSERT INTO runner_state (node, runner, last_seen, body) VALUES "
                            + String.join(", ", Collections.nCopies(some.size(), "(?, ?, ?, ?)"))
                            + " ON CONFLICT (node, runner) DO UPDATE SET"
                            + " last_seen = excluded.last_seen, body = excluded.body",
                    rows(some, texts));
        }
    }

    private static Object[] rows(List<RunnerView> views, Texts texts) {
        Object[] values = new Object[views.size() * COLUMNS];
        int at = 0;
        for (RunnerView view : views) {
            values[at++] = view.key().node();
            values[at++] = view.key().runner();
            values[at++] = view.contact().lastSeen().toEpochMilli();
            values[at++] = texts.body(view);
        }
        return values;
    }

    static List<RunnerView> load(Transaction transaction) {
        return transaction.list(
                "SELECT node, runner, last_seen, body FROM runner_state ORDER BY node, runner",
                RunnerTable::view);
    }

    /** A runner without its name and its contact. */
    static JsonObject body(RunnerView view) {
        return new JsonObject(new Texts().body(view));
    }

    /**
     * JSON of what thousands have in common in a rollout, encoded once: no more than two numbers
     * are a runner's own.
     */
    private static final class Texts {
        private final Map<PolicyMark, String> marks = new HashMap<>();
        private final Map<Place, String> places = new HashMap<>();

        private record Place(String interfaceName, Scope scope) {}

        String body(RunnerView view) {
            String place = places.computeIfAbsent(place(view), Texts::encoded);
            return "{\"desired\":"
                    + mark(view.desired())
                    + ",\"applied\":"
                    + mark(view.applied().mark())
                    + ",\"appliedAt\":"
                    + view.applied().at().toEpochMilli()
                    + ",\"micros\":"
                    + view.applied().micros()
                    + place;
        }

        private String mark(PolicyMark mark) {
            return marks.computeIfAbsent(mark, some -> RunnerTable.mark(some).encode());
        }

        private static Place place(RunnerView view) {
            return new Place(view.interfaceName(), view.scope());
        }

        /** The end of a body. */
        private static String encoded(Place place) {
            JsonObject json =
                    new JsonObject()
                            .put("interface", place.interfaceName())
                            .put("labels", new JsonArray(List.copyOf(place.scope().labels())));
            place.scope().job().ifPresent(job -> json.put("job", EventJson.job(job)));
            return "," + json.encode().substring(1);
        }
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
