package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.condition.Severity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * An alert as an Adaptive Card in the envelope that a Teams workflow ("when a Teams webhook request
 * is received") posts. Version 1.4 is what every Teams client shows.
 */
final class TeamsCard {
    /** Teams refuses messages above 28 KB; eight facts of this length stay far below it. */
    private static final int FACT = 500;

    private TeamsCard() {}

    static JsonObject of(Due due, List<Links.Link> links) {
        Facts facts = new Facts(due.event());
        JsonArray body =
                new JsonArray()
                        .add(
                                text(facts.title())
                                        .put("size", "Large")
                                        .put("weight", "Bolder")
                                        .put("color", color(facts.severity())))
                        .add(new JsonObject().put("type", "FactSet").put("facts", set(due, facts)));
        if (!facts.text("message").isEmpty()) {
            body.add(text(facts.text("message")));
        }
        JsonObject card =
                new JsonObject()
                        .put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                        .put("type", "AdaptiveCard")
                        .put("version", "1.4")
                        .put("body", body);
        JsonArray actions = new JsonArray();
        links.forEach(link ->
                actions.add(
                        new JsonObject()
                                .put("type", "Action.OpenUrl")
                                .put("title", link.title())
                                .put("url", link.address())));
        if (!actions.isEmpty()) {
            card.put("actions", actions);
        }
        JsonObject attachment =
                new JsonObject()
                        .put("contentType", "application/vnd.microsoft.card.adaptive")
                        .put("content", card);
        return new JsonObject()
                .put("type", "message")
                .put("attachments", new JsonArray().add(attachment));
    }

    private static JsonArray set(Due due, Facts facts) {
        JsonArray set = new JsonArray();
        add(set, "What", facts.text("kind") + " x" + due.occurrences());
        add(set, "Severity", facts.text("severity"));
        add(set, "Where to", facts.destination());
        add(set, "Who", facts.who());
        add(set, "Runner", facts.runner());
        add(set, "Process", facts.process());
        add(set, "Rule", facts.rule());
        add(set, "Incident", due.incident().id());
        return set;
    }

    private static void add(JsonArray set, String title, String value) {
        if (!value.isBlank()) {
            set.add(new JsonObject().put("title", title).put("value", escape(value)));
        }
    }

    private static JsonObject text(String text) {
        return new JsonObject()
                .put("type", "TextBlock")
                .put("text", escape(text))
                .put("wrap", true);
    }

    private static String color(Severity severity) {
        return switch (severity) {
            case INFO, LOW -> "Default";
            case MEDIUM -> "Warning";
            case HIGH, CRITICAL -> "Attention";
        };
    }

    /** Cards read a part of Markdown; a job must not make links or mentions of its own. */
    private static String escape(String text) {
        return Facts.cut(text, FACT)
                .replaceAll("[\\p{Cntrl}&&[^\n]]", " ")
                .replaceAll("([\\\\`*_\\[\\]<>#~|])", "\\\\$1");
    }
}
