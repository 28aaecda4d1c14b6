package io.fleetwall.node.job;

import io.fleetwall.node.bus.RunnerCommand.Transition;
import io.fleetwall.node.dns.figure.TopNames;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.protocol.message.RunnerReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What a hook is told: one JSON object, {@code ok} and what it stands for, or why not. */
final class JobAnswer {
    private JobAnswer() {}

    static JsonObject of(Transition transition) {
        return switch (transition) {
            case Transition.InForce(long revision, var digest, long millis) ->
                    new JsonObject()
                            .put("ok", true)
                            .put("revision", revision)
                            .put("digest", digest.toString())
                            .put("millis", millis);
            case Transition.Failed(String code, String message, String hint) ->
                    failure(code, message, hint);
        };
    }

    static JsonObject of(RunnerReport report) {
        return new JsonObject()
                .put("ok", true)
                .put("runner", report.runner())
                .put("interface", report.interfaceName())
                .put("revision", report.revision())
                .put("digest", report.policy().toString())
                .put("job", report.scope().job().map(Job::job).orElse(""));
    }

    static JsonObject of(String runner, TopNames top) {
        return new JsonObject()
                .put("ok", true)
                .put("runner", runner)
                .put("asked", names(top.asked()))
                .put("denied", names(top.denied()));
    }

    private static JsonArray names(List<TopNames.Name> names) {
        JsonArray array = new JsonArray();
        names.forEach(each ->
                array.add(new JsonObject().put("name", each.name()).put("count", each.count())));
        return array;
    }

    static JsonObject failure(String code, String message, String hint) {
        return new JsonObject()
                .put("ok", false)
                .put("code", code)
                .put("message", message)
                .put("hint", hint);
    }
}
