package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.condition.Severity;
import io.fleetwall.gateway.config.Secret;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * PagerDuty's Events API version 2. The incident is the key both sides count by, so repeated alerts
 * become one incident there too, and its end resolves it.
 */
final class PagerDutyEvent {
    private static final int SUMMARY = 1_024;

    /** PagerDuty takes 512 KB; what is longer it refuses, and nobody would be called. */
    private static final int DETAILS = 400_000;

    private PagerDutyEvent() {}

    static JsonObject of(Due due, Secret routingKey, List<Links.Link> links) {
        JsonObject event =
                new JsonObject()
                        .put("routing_key", routingKey.reveal())
                        .put("dedup_key", due.incident().id());
        return switch (due.incident().act()) {
            case RESOLVE -> event.put("event_action", "resolve");
            case OPEN -> {
                JsonArray more = new JsonArray();
                links.forEach(link ->
                        more.add(
                                new JsonObject()
                                        .put("href", link.address())
                                        .put("text", link.title())));
                yield event.put("event_action", "trigger")
                        .put("client", "Fleetwall")
                        .put("links", more)
                        .put("payload", payload(due));
            }
        };
    }

    private static JsonObject payload(Due due) {
        Facts facts = new Facts(due.event());
        String what = facts.title() + ": " + facts.destination() + " " + facts.who();
        JsonObject details = due.event().copy().put("occurrences", due.occurrences());
        JsonObject payload =
                new JsonObject()
                        .put("summary", Facts.cut(what.strip(), SUMMARY))
                        .put("source", facts.runner().isEmpty() ? "fleetwall" : facts.runner())
                        .put("severity", severity(facts.severity()))
                        .put("timestamp", facts.text("at"))
                        .put("class", facts.text("kind"));
        put(payload, "component", Facts.cut(facts.text("process.name"), SUMMARY));
        put(payload, "group", Facts.cut(facts.text("job.repository"), SUMMARY));
        return payload.put("custom_details", within(details));
    }

    private static void put(JsonObject json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }

    /** Of an event that is too long for PagerDuty only what names it; the log has the rest. */
    private static JsonObject within(JsonObject details) {
        if (details.toBuffer().length() <= DETAILS) {
            return details;
        }
        JsonObject brief = new JsonObject();
        for (String key : List.of("id", "at", "kind", "severity", "node", "count", "occurrences")) {
            if (details.containsKey(key)) {
                brief.put(key, details.getValue(key));
            }
        }
        return brief;
    }

    private static String severity(Severity severity) {
        return switch (severity) {
            case INFO -> "info";
            case LOW, MEDIUM -> "warning";
            case HIGH -> "error";
            case CRITICAL -> "critical";
        };
    }
}
