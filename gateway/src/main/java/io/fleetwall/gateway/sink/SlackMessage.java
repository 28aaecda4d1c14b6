package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * An alert in Slack's Block Kit: what happened, where to, who did it, by which rule, and buttons.
 * Texts come from jobs, so they are escaped and cut to Slack's limits: a refused message would be a
 * lost alert.
 */
final class SlackMessage {
    /** Slack: header 150, text of a section's field 2,000 characters, address of a button 3,000. */
    private static final int HEADER = 150;

    private static final int FIELD = 500;

    /** A field with its name in front stays below 2,000, however much of it had to be escaped. */
    private static final int ESCAPED = 1_900;

    /** That of an ampersand. */
    private static final int LONGEST_ESCAPE = 5;

    private static final int ADDRESS = 3_000;

    private SlackMessage() {}

    static JsonObject of(Due due, List<Links.Link> links) {
        Facts facts = new Facts(due.event());
        String message = facts.text("message");
        JsonArray blocks = new JsonArray().add(header(facts)).add(fields(due, facts));
        if (!message.isEmpty()) {
            blocks.add(new JsonObject().put("type", "section").put("text", markdown(message)));
        }
        JsonArray buttons = buttons(links);
        if (!buttons.isEmpty()) {
            blocks.add(new JsonObject().put("type", "actions").put("elements", buttons));
        }
        blocks.add(
                new JsonObject()
                        .put("type", "context")
                        .put("elements", new JsonArray().add(markdown(footer(due, facts)))));
        return new JsonObject()
                .put("text", escape(facts.title() + ": " + message))
                .put("blocks", blocks);
    }

    private static JsonObject header(Facts facts) {
        return new JsonObject()
                .put("type", "header")
                .put("text", plain(Facts.cut(facts.title(), HEADER)));
    }

    private static JsonObject fields(Due due, Facts facts) {
        List<JsonObject> fields = new ArrayList<>();
        add(fields, "What", facts.text("kind") + " x" + count(due));
        add(fields, "Severity", facts.text("severity"));
        add(fields, "Where to", facts.destination());
        add(fields, "Who", facts.who());
        add(fields, "Runner", facts.runner());
        add(fields, "Process", facts.process());
        add(fields, "Rule", facts.rule());
        return new JsonObject().put("type", "section").put("fields", new JsonArray(fields));
    }

    /** A message that is updated shows the whole incident, another one only what is new. */
    private static long count(Due due) {
        return due.incident().handle().isEmpty()
                ? due.occurrences()
                : Math.max(due.incident().total(), due.occurrences());
    }

    private static void add(List<JsonObject> fields, String name, String text) {
        if (!text.isBlank()) {
            fields.add(
                    new JsonObject()
                            .put("type", "mrkdwn")
                            .put("text", "*" + name + "*\n" + escape(text)));
        }
    }

    private static JsonArray buttons(List<Links.Link> links) {
        JsonArray buttons = new JsonArray();
        for (Links.Link link : links) {
            if (link.address().length() <= ADDRESS) {
                buttons.add(
                        new JsonObject()
                                .put("type", "button")
                                .put("action_id", link.name())
                                .put("text", plain(link.title()))
                                .put("url", link.address()));
            }
        }
        return buttons;
    }

    private static String footer(Due due, Facts facts) {
        return facts.text("at") + "  incident " + due.incident().id() + "  " + facts.text("id");
    }

    private static JsonObject plain(String text) {
        return new JsonObject().put("type", "plain_text").put("text", text);
    }

    private static JsonObject markdown(String text) {
        return new JsonObject().put("type", "mrkdwn").put("text", escape(text));
    }

    /** Slack's three control characters; cut first, so that no escape is cut in two. */
    private static String escape(String text) {
        String escaped = escaped(Facts.cut(text, FIELD));
        return escaped.length() <= ESCAPED
                ? escaped
                : escaped(Facts.cut(text, ESCAPED / LONGEST_ESCAPE));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
