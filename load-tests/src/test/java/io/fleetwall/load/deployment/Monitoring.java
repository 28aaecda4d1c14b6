package io.fleetwall.load.deployment;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The queries of the alerts and of the dashboard, as they are rendered. */
final class Monitoring {
    private static final Pattern METRIC = Pattern.compile("\\bfleetwall_[a-z_]+");
    private static final Pattern SELECTOR = Pattern.compile("(fleetwall_[a-z_]+)\\{([^}]*)}");
    private static final Pattern MATCHER =
            Pattern.compile("([a-z_]+)(=~|!~|!=|=)\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** Labels that the monitors put there, and not who is scraped. */
    private static final Set<String> OF_SCRAPES = Set.of("node", "gateway");

    /** The job of the gateways' own scrape. */
    private static final String SCRAPE = "job=\"fleetwall-gateway-members\"";

    private Monitoring() {}

    /** The series that a scrape announces. */
    static Set<String> served(String metrics) {
        return metrics.lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1))
                .flatMap(Monitoring::series)
                .collect(Collectors.toSet());
    }

    /** A PromQL expression and where it stands. */
    record Query(String place, String expression) {
        List<String> metrics() {
            return METRIC.matcher(expression).results().map(found -> found.group()).toList();
        }

        /** Whether gateways answer it, and not agents. */
        boolean isOfGateways() {
            return expression.contains("fleetwall_gateway_") || expression.contains(SCRAPE);
        }

        /**
         * Conditions on labels that agents and gateways themselves set; each alternative is one.
         */
        List<Matcher> matchers() {
            List<Matcher> matchers = new ArrayList<>();
            SELECTOR.matcher(expression)
                    .results()
                    .forEach(selector -> {
                        MATCHER.matcher(selector.group(2))
                                .results()
                                .filter(found -> !OF_SCRAPES.contains(found.group(1)))
                                .filter(found -> found.group(2).startsWith("="))
                                .forEach(found ->
                                        Stream.of(found.group(3).split("\\|", -1))
                                                .forEach(value ->
                                                        matchers.add(
                                                                new Matcher(
                                                                        selector.group(1),
                                                                        found.group(1),
                                                                        value))));
                    });
            return matchers;
        }
    }

    /** One value, or a pattern, of one label of one metric. */
    record Matcher(String metric, String label, String pattern) {
        boolean matches(String sample) {
            return sample.matches(
                    Pattern.quote(metric + "{")
                            + "(.*,)?"
                            + Pattern.quote(label + "=\"")
                            + pattern
                            + "\"(,.*)?} .*");
        }
    }

    /** The series that a line {@code # TYPE name type} announces. */
    private static Stream<String> series(String[] announcement) {
        return announcement[3].equals("histogram")
                ? Stream.of("_bucket", "_sum", "_count").map(end -> announcement[2] + end)
                : Stream.of(announcement[2]);
    }

    static List<Query> queries() {
        Overlay monitoring = Overlay.render("k8s/monitoring");
        List<Query> queries = new ArrayList<>();
        for (Node rules : monitoring.ofKind("PrometheusRule")) {
            rules.at("spec.groups").each().stream()
                    .flatMap(group -> group.at("rules").each().stream())
                    .forEach(rule ->
                            queries.add(
                                    new Query(rule.at("alert").text(), rule.at("expr").text())));
        }
        for (Node map : monitoring.ofKind("ConfigMap")) {
            for (String file : map.at("data").keys()) {
                new JsonObject(map.at("data").key(file).text())
                        .getJsonArray("panels").stream()
                                .map(JsonObject.class::cast)
                                .forEach(panel ->
                                        panel.getJsonArray("targets").stream()
                                                .map(JsonObject.class::cast)
                                                .forEach(target ->
                                                        queries.add(
                                                                new Query(
                                                                        panel.getString("title"),
                                                                        target.getString(
                                                                                "expr")))));
            }
        }
        return queries;
    }
}
