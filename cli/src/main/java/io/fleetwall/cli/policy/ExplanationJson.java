package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.text.Json;
import io.fleetwall.policy.verdict.Considered;
import io.fleetwall.policy.verdict.Explanation;
import java.util.Locale;

/** An explanation for machines. */
final class ExplanationJson {
    private ExplanationJson() {}

    static ObjectNode of(Explanation explanation) {
        ObjectNode json = Json.object();
        json.put("destination", explanation.destination().toString())
                .put("allowed", explanation.reason().allowed())
                .put("passes", explanation.passes())
                .put("reason", word(explanation.reason()))
                .put("mode", word(explanation.mode()));
        explanation.fits().forEach(json.putArray("policies")::add);
        ArrayNode rules = json.putArray("rules");
        for (Considered rule : explanation.considered()) {
            rules.addObject()
                    .put("standing", word(rule.standing()))
                    .put("effect", word(rule.effect()))
                    .put("policy", rule.policy())
                    .put("file", rule.origin().file())
                    .put("line", rule.origin().line())
                    .put("column", rule.origin().column())
                    .put("rule", rule.text())
                    .put("reason", rule.reason());
        }
        explanation.notes().forEach(json.putArray("notes")::add);
        return json;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
