package io.fleetwall.gateway.api;

import io.fleetwall.gateway.catalogue.Policies;
import io.fleetwall.gateway.catalogue.Snapshot;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.document.PortClass;
import io.fleetwall.policy.verdict.Considered;
import io.fleetwall.policy.verdict.Destination;
import io.fleetwall.policy.verdict.Explanation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Why a destination would be allowed or denied for a job. */
final class ExplainRoutes {
    private final Policies policies;

    ExplainRoutes(Policies policies) {
        this.policies = policies;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.EXPLAIN, this::explain);
    }

    private Answer explain(Request request) {
        JsonObject body = request.body("scope", "destination", "revision");
        Optional<Long> wanted = Request.number(body, "revision");
        Optional<Snapshot> snapshot =
                wanted.isPresent() ? policies.load(wanted.get()) : Optional.of(policies.current());
        if (snapshot.isEmpty()) {
            return Answer.notFound("There is no revision " + wanted.get() + ".");
        }
        Explanation explanation =
                Explanation.explain(
                        snapshot.get().catalogue(),
                        scope(Request.object(body, "scope")),
                        destination(Request.object(body, "destination")));
        return Answer.ok(json(explanation).put("revision", snapshot.get().revision().number()));
    }

    private static Scope scope(JsonObject scope) {
        Request.only(
                scope, "scope", "labels", "organization", "repository", "workflow", "job", "ref");
        TreeSet<String> labels = new TreeSet<>();
        if (!(scope.getValue("labels", new JsonArray()) instanceof JsonArray array)) {
            throw new RefusedRequest("labels must be a list");
        }
        array.forEach(label -> labels.add(String.valueOf(label)));
        boolean idle = scope.size() == (scope.containsKey("labels") ? 1 : 0);
        Job job =
                new Job(
                        Request.text(scope, "organization", ""),
                        Request.text(scope, "repository", ""),
                        Request.text(scope, "workflow", ""),
                        Request.text(scope, "job", ""),
                        Request.text(scope, "ref", ""),
                        "",
                        1,
                        "");
        return new Scope(labels, idle ? Optional.empty() : Optional.of(job));
    }

    private static Destination destination(JsonObject to) {
        Request.only(to, "destination", "host", "address", "port", "protocol");
        String place = Request.text(to, "host", Request.text(to, "address", ""));
        String protocol = Request.text(to, "protocol", "tcp");
        long port = Request.number(to, "port").orElse(443L);
        PortClass portClass =
                switch (protocol) {
                    case "tcp" -> PortClass.TCP;
                    case "udp" -> PortClass.UDP;
                    case "icmp", "icmp-echo" -> PortClass.ICMP_ECHO;
                    default -> throw new RefusedRequest("protocol must be tcp, udp or icmp-echo");
                };
        if (place.isEmpty() || port < 0 || port > 65_535) {
            throw new RefusedRequest("destination needs host or address, and a port to 65535");
        }
        try {
            int number = portClass == PortClass.ICMP_ECHO ? 0 : (int) port;
            return Destination.of(place, portClass, number);
        } catch (IllegalArgumentException notAPlace) {
            throw new RefusedRequest("destination: " + notAPlace.getMessage());
        }
    }

    private static JsonObject json(Explanation explanation) {
        JsonArray considered = new JsonArray();
        explanation.considered().forEach(rule -> considered.add(json(rule)));
        JsonObject json =
                new JsonObject()
                        .put("destination", explanation.destination().toString())
                        .put("passes", explanation.passes())
                        .put("reason", word(explanation.reason()))
                        .put("mode", word(explanation.mode()))
                        .put("fits", new JsonArray(explanation.fits()))
                        .put("considered", considered)
                        .put("notes", new JsonArray(explanation.notes()))
                        .put("text", explanation.text());
        explanation.decidedBy().ifPresent(rule -> json.put("decidedBy", json(rule)));
        return json;
    }

    private static JsonObject json(Considered rule) {
        return new JsonObject()
                .put("standing", word(rule.standing()))
                .put("effect", word(rule.effect()))
                .put("policy", rule.policy())
                .put("file", rule.origin().file())
                .put("line", rule.origin().line())
                .put("rule", rule.text())
                .put("reason", rule.reason());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
