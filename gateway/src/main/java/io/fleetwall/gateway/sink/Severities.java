package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.condition.Severity;
import io.fleetwall.gateway.config.GatewayConfig.SeverityRule;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** How much an event matters: the operator's first rule that holds, else by its kind. */
final class Severities {
    private final List<SeverityRule> rules;

    Severities(List<SeverityRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** A copy of the event that says so. */
    JsonObject told(JsonObject event) {
        JsonObject told = event.copy();
        told.put("severity", usual(event).text());
        for (SeverityRule rule : rules) {
            if (rule.when().holds(told)) {
                return told.put("severity", rule.severity().text());
            }
        }
        return told;
    }

    private static Severity usual(JsonObject event) {
        Facts facts = new Facts(event);
        String kind = facts.text("kind");
        if (facts.text("judgement.verdict").equals("would-deny")) {
            return Severity.LOW;
        }
        return switch (kind) {
            case "job.unprotected", "policy.missing" -> Severity.CRITICAL;
            case "flow.denied", "node.lost", "loss" -> Severity.HIGH;
            case "dns.denied",
                    "dns.suspicious",
                    "policy.refused",
                    "rollout.stalled",
                    "baseline.deviation" ->
                    Severity.MEDIUM;
            default -> kind.startsWith("tamper.") ? Severity.CRITICAL : Severity.INFO;
        };
    }
}
