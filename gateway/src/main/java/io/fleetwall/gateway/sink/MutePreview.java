package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.condition.Condition;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.Tuning;
import io.fleetwall.gateway.store.Database;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What a mute would have held back, had it been there. Changes nothing. */
public final class MutePreview {
    /** The newest so many events are looked at: about 10 MB. */
    private static final int MOST = 10_000;

    private static final int EXAMPLES = 5;
    private final Database database;
    private final InstantSource clock;
    private final GatewayConfig.Webhooks config;
    private final Severities severities;

    /** A preview for the targets of these settings. */
    public MutePreview(Outbox.Memory memory, GatewayConfig.Webhooks config) {
        this.database = memory.database();
        this.clock = memory.clock();
        this.config = config;
        this.severities = new Severities(config.severities());
    }

    /** What of the time since then would have been held back. */
    public JsonObject of(Condition picks, Duration since) {
        long from = clock.millis() - since.toMillis();
        List<JsonObject> told =
                database.read(transaction ->
                        transaction.list(
                                "SELECT body FROM event WHERE received >= ?"
                                        + " ORDER BY entry DESC LIMIT ?",
                                row -> severities.told(new JsonObject(row.text("body"))),
                                from,
                                MOST));
        List<JsonObject> hidden =
                told.stream().filter(event -> picks.holds(event) && alerts(event)).toList();
        TreeMap<String, Long> kinds = new TreeMap<>();
        Set<String> incidents = new HashSet<>();
        for (JsonObject event : hidden) {
            kinds.merge(event.getString("kind"), 1L, Long::sum);
            incidents.add(IncidentKey.of(event));
        }
        JsonObject byKind = new JsonObject();
        kinds.forEach(byKind::put);
        return new JsonObject()
                .put("looked", told.size())
                .put("complete", told.size() < MOST)
                .put("events", hidden.size())
                .put("incidents", incidents.size())
                .put("kinds", byKind)
                .put("examples", new JsonArray(hidden.stream().limit(EXAMPLES).toList()));
    }

    private boolean alerts(JsonObject told) {
        return config.targets().stream()
                .anyMatch(target ->
                        target.tuning().pace().each() == Tuning.Each.INCIDENT
                                && Wanted.kind(target, told.getString("kind"))
                                && Wanted.by(target, told));
    }
}
