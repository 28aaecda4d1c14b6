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
        return new JsonObject()
                .put("summary", Facts.cut(what.strip(), SUMMARY))
                .put("source", facts.runner().isEmpty() ? "fleetwall" : facts.runner())
                .put("severity", severity(facts.severity()))
                .put("timestamp", facts.text("at"))
                .put("component", facts.text("process.name"))
                .put("group", facts.text("job.repository"))
                .put("class", facts.text("kind"))
                .put("custom_details", details);
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
