package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.condition.Keys;
import io.fleetwall.gateway.condition.Severity;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An event in words, the same in every receiver's message; what is not known is empty. */
record Facts(JsonObject event) {
    String title() {
        String kind = text("kind");
        return switch (kind) {
            case "flow.denied" -> audited() ? "Egress would be blocked" : "Egress blocked";
            case "dns.denied" -> audited() ? "DNS name would be refused" : "DNS name refused";
            case "node.lost" -> "Runner node is silent";
            case "policy.refused" -> "Policy refused";
            case "job.unprotected" -> "Job without protection";
            case "rollout.stalled" -> "Rollout has stalled";
            default -> "Fleetwall: " + kind;
        };
    }

    private boolean audited() {
        return text("judgement.mode").equals("audit");
    }

    String destination() {
        String name = text("destination.name");
        String address = text("destination.address");
        String place =
                name.isEmpty() ? address : address.isEmpty() ? name : name + " (" + address + ")";
        String port = text("destination.port");
        String protocol = text("destination.protocol");
        return place
                + (port.isEmpty() ? "" : " port " + port)
                + (protocol.isEmpty() ? "" : "/" + protocol);
    }

    String who() {
        List<String> parts = new ArrayList<>();
        for (String key : List.of("repository", "workflow", "job", "ref", "actor")) {
            if (!text("job." + key).isEmpty()) {
                parts.add(text("job." + key));
            }
        }
        if (!text("job.runId").isEmpty()) {
            parts.add("run " + text("job.runId"));
        }
        return String.join(", ", parts);
    }

    String runner() {
        String runner = text("runner");
        return runner.isEmpty() ? text("node") : text("node") + " / " + runner;
    }

    String rule() {
        String rule = text("judgement.rule");
        return rule.isEmpty()
                ? text("judgement.reason")
                : rule
                        + "\n"
                        + text("judgement.policy")
                        + ", "
                        + place()
                        + ", revision "
                        + text("judgement.revision");
    }

    /** File and line of the rule. */
    String place() {
        String file = text("judgement.file");
        return file.isEmpty() ? "" : file + ":" + text("judgement.line");
    }

    String process() {
        String command = text("process.command");
        return text("process.summary") + (command.isEmpty() ? "" : "\n" + command);
    }

    Severity severity() {
        return Severity.of(text("severity")).orElse(Severity.INFO);
    }

    boolean blocked() {
        return text("judgement.verdict").equals("denied");
    }

    long millis() {
        return Instant.parse(text("at")).toEpochMilli();
    }

    long number(String path) {
        return Keys.value(event, path) instanceof Number number ? number.longValue() : 0;
    }

    String text(String path) {
        return Keys.text(event, path);
    }

    /** Cut to a receiver's limit, never within a character. */
    static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(length - 2)) ? length - 2 : length - 1;
        return text.substring(0, end) + "…";
    }
}
