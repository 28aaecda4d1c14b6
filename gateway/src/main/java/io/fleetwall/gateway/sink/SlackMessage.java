package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * An alert in Slack's Block Kit: what happened, where to, who did it, by which rule. Texts come
 * from jobs, so they are escaped and cut to Slack's limits: a refused message would be a lost
 * alert.
 */
final class SlackMessage {
    /** Slack: header 150, text of a section's field 2,000 characters. */
    private static final int HEADER = 150;

    private static final int FIELD = 500;

    private SlackMessage() {}

    static JsonObject of(Due due) {
        JsonObject event = due.event();
        String title = title(event);
        JsonArray blocks = new JsonArray().add(header(title)).add(fields(due));
        blocks.add(
                new JsonObject()
                        .put("type", "section")
                        .put("text", markdown(escape(event.getString("message", "")))));
        blocks.add(
                new JsonObject()
                        .put("type", "context")
                        .put(
                                "elements",
                                new JsonArray()
                                        .add(
                                                markdown(
                                                        escape(
                                                                event.getString("at")
                                                                        + "  "
                                                                        + event.getString(
                                                                                "id"))))));
        return new JsonObject()
                .put("text", escape(title + ": " + event.getString("message", "")))
                .put("blocks", blocks);
    }

    private static String title(JsonObject event) {
        String kind = event.getString("kind");
        return switch (kind) {
            case "flow.denied" -> audited(event) ? "Egress would be blocked" : "Egress blocked";
            case "dns.denied" -> audited(event) ? "DNS name would be refused" : "DNS name refused";
            case "node.lost" -> "Runner node is silent";
            case "policy.refused" -> "Policy refused";
            default -> "Fleetwall: " + kind;
        };
    }

    private static boolean audited(JsonObject event) {
        return "audit".equals(part(event, "judgement").getString("mode"));
    }

    private static JsonObject header(String title) {
        return new JsonObject()
                .put("type", "header")
                .put(
                        "text",
                        new JsonObject().put("type", "plain_text").put("text", cut(title, HEADER)));
    }

    private static JsonObject fields(Due due) {
        JsonObject event = due.event();
        List<JsonObject> fields = new ArrayList<>();
        add(fields, "What", event.getString("kind") + " x" + due.occurrences());
        add(fields, "Where to", destination(part(event, "destination")));
        add(fields, "Who", who(part(event, "job")));
        add(fields, "Process", process(part(event, "process")));
        add(fields, "Runner", runner(event));
        add(fields, "Rule", rule(part(event, "judgement")));
        return new JsonObject().put("type", "section").put("fields", new JsonArray(fields));
    }

    private static void add(List<JsonObject> fields, String name, String text) {
        if (!text.isBlank()) {
            fields.add(markdown("*" + name + "*\n" + escape(text)));
        }
    }

    private static String destination(JsonObject to) {
        String name = to.getString("name", "");
        String address = to.getString("address", "");
        String place =
                name.isEmpty() ? address : address.isEmpty() ? name : name + " (" + address + ")";
        int port = to.getInteger("port", 0);
        String protocol = to.getString("protocol", "");
        return place
                + (port > 0 ? " port " + port : "")
                + (protocol.isEmpty() ? "" : "/" + protocol);
    }

    private static String who(JsonObject job) {
        List<String> parts = new ArrayList<>();
        for (String key : List.of("repository", "workflow", "job", "ref", "actor")) {
            if (!job.getString(key, "").isEmpty()) {
                parts.add(job.getString(key));
            }
        }
        if (!job.getString("runId", "").isEmpty()) {
            parts.add("run " + job.getString("runId"));
        }
        return String.join(", ", parts);
    }

    private static String process(JsonObject process) {
        String command = process.getString("command", "");
        return process.getString("summary", "") + (command.isEmpty() ? "" : "\n" + command);
    }

    private static String runner(JsonObject event) {
        String runner = event.getString("runner", "");
        String node = event.getString("node", "");
        return runner.isEmpty() ? node : node + " / " + runner;
    }

    private static String rule(JsonObject judged) {
        String rule = judged.getString("rule", "");
        if (rule.isEmpty()) {
            return judged.getString("reason", "");
        }
        return rule
                + "\n"
                + judged.getString("policy", "")
                + ", "
                + judged.getString("file", "")
                + ":"
                + judged.getInteger("line", 0)
                + ", revision "
                + judged.getLong("revision", 0L);
    }

    private static JsonObject part(JsonObject event, String key) {
        return event.getJsonObject(key, new JsonObject());
    }

    private static JsonObject markdown(String text) {
        return new JsonObject().put("type", "mrkdwn").put("text", text);
    }

    /** Slack's three control characters; cut first, so that no escape is cut in two. */
    private static String escape(String text) {
        return cut(text, FIELD).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }
}
