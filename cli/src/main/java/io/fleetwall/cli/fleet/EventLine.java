package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.text.Printable;
import java.util.StringJoiner;

/**
 * One event in one line: when, what, who, where to, by which rule. Jobs choose much of it, so
 * nothing in it can move a cursor, clear a screen or begin another line.
 */
final class EventLine {
    private EventLine() {}

    static String of(JsonNode event) {
        StringJoiner line = new StringJoiner("  ");
        line.add(event.path("at").asText());
        line.add("%-16s".formatted(event.path("kind").asText()));
        add(line, event.path("runner").asText());
        add(line, job(event.path("job")));
        add(line, event.path("process").path("summary").asText());
        add(line, destination(event.path("destination")));
        add(line, rule(event.path("judgement")));
        if (event.path("count").asInt(1) > 1) {
            line.add("x" + event.path("count").asText());
        }
        add(line, event.path("message").asText());
        return Printable.of(line.toString());
    }

    private static void add(StringJoiner line, String text) {
        if (!text.isEmpty()) {
            line.add(text);
        }
    }

    private static String job(JsonNode job) {
        StringJoiner text = new StringJoiner(" ");
        add(text, job.path("repository").asText());
        add(text, job.path("workflow").asText());
        add(text, job.path("job").asText());
        return text.toString();
    }

    private static String destination(JsonNode to) {
        String name = to.path("name").asText();
        String address = to.path("address").asText();
        String where = name.isEmpty() || address.isEmpty() ? name + address : name + " " + address;
        if (where.isEmpty()) {
            return "";
        }
        String port = to.path("port").asText();
        String protocol = to.path("protocol").asText();
        return "-> "
                + where
                + (port.isEmpty() ? "" : " " + port)
                + (protocol.isEmpty() ? "" : "/" + protocol);
    }

    private static String rule(JsonNode judged) {
        String file = judged.path("file").asText();
        return file.isEmpty()
                ? judged.path("reason").asText()
                : judged.path("reason").asText() + " " + file + ":" + judged.path("line").asText();
    }
}
