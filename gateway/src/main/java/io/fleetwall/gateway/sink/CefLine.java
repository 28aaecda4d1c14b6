package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.condition.Severity;

/** An event in ArcSight's Common Event Format, version 0. */
final class CefLine {
    private CefLine() {}

    static String of(Due due) {
        Facts facts = new Facts(due.event());
        StringBuilder line = new StringBuilder("CEF:0|Fleetwall|Fleetwall|1|");
        line.append(header(facts.text("kind"))).append('|');
        line.append(header(facts.title())).append('|');
        line.append(severity(facts.severity())).append('|');
        add(line, "rt", Long.toString(facts.millis()));
        add(line, "externalId", facts.text("id"));
        add(line, "dvchost", facts.text("node"));
        add(line, "act", facts.text("judgement.verdict"));
        add(line, "reason", facts.text("judgement.reason"));
        add(line, "cnt", facts.text("count"));
        destination(line, facts);
        add(line, "suser", facts.text("job.actor"));
        add(line, "sproc", facts.text("process.executable"));
        add(line, "spid", facts.text("process.pid"));
        labelled(line, "cs1", "repository", facts.text("job.repository"));
        labelled(line, "cs2", "workflow", facts.text("job.workflow"));
        labelled(line, "cs3", "run", facts.text("job.runId"));
        labelled(line, "cs4", "rule", facts.text("judgement.rule"));
        labelled(line, "cs5", "rulePlace", facts.place());
        labelled(line, "cs6", "runner", facts.text("runner"));
        add(line, "msg", facts.text("message"));
        return line.toString().stripTrailing();
    }

    private static void destination(StringBuilder line, Facts facts) {
        String address = facts.text("destination.address");
        if (address.contains(":")) {
            labelled(line, "c6a3", "destinationIPv6", address);
        } else {
            add(line, "dst", address);
        }
        add(line, "dhost", facts.text("destination.name"));
        add(line, "dpt", facts.text("destination.port"));
        add(line, "proto", facts.text("destination.protocol"));
    }

    private static void labelled(StringBuilder line, String key, String label, String value) {
        if (!value.isEmpty()) {
            add(line, key + "Label", label);
            add(line, key, value);
        }
    }

    private static void add(StringBuilder line, String key, String value) {
        if (!value.isEmpty()) {
            line.append(key).append('=').append(extension(value)).append(' ');
        }
    }

    private static String header(String text) {
        return text.replace("\\", "\\\\").replace("|", "\\|").replaceAll("[\\r\\n]+", " ");
    }

    private static String extension(String text) {
        return text.replace("\\", "\\\\")
                .replace("=", "\\=")
                .replace("\r", "\\r")
                .replace("\n", "\\n")
                .replaceAll("\\p{Cntrl}", "?");
    }

    private static int severity(Severity severity) {
        return switch (severity) {
            case INFO -> 1;
            case LOW -> 3;
            case MEDIUM -> 5;
            case HIGH -> 8;
            case CRITICAL -> 10;
        };
    }
}
