package io.fleetwall.load.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Monitoring reaches what the overlays deploy; its metrics are checked against a running agent. */
final class MonitoringTest {
    private static final Overlay MONITORING = Overlay.render("k8s/monitoring");
    private static final Overlay SINGLE = Overlay.render("k8s/overlays/single");

    @Test
    void theMonitorSelectsTheServiceAndItsPort() {
        Node monitor = MONITORING.get("ServiceMonitor", "fleetwall-nodes");
        Node service = SINGLE.get("Service", "fleetwall-node-metrics");
        assertEquals(
                service.at("metadata.namespace").text(), monitor.at("metadata.namespace").text());
        Node labels = monitor.at("spec.selector.matchLabels");
        for (String label : labels.keys()) {
            assertTrue(
                    service.at("metadata.labels").key(label).is(labels.key(label).text()), label);
        }
        for (Node endpoint : monitor.at("spec.endpoints").each()) {
            service.at("spec.ports").named(endpoint.at("port").text());
            assertTrue(
                    Overlay.container(SINGLE.agent(), "metrics")
                            .at("args")
                            .texts()
                            .contains("--allow-paths=" + endpoint.at("path").text()));
        }
    }

    /** The operator calls the job of a scrape after its Service. */
    @Test
    void alertsAboutTheScrapeNameItsJob() {
        String expression =
                Monitoring.queries().stream()
                        .filter(query -> query.place().equals("FleetwallAgentDown"))
                        .findFirst()
                        .orElseThrow()
                        .expression();
        assertTrue(expression.contains("job=\"fleetwall-node-metrics\""), expression);
        SINGLE.get("Service", "fleetwall-node-metrics");
    }

    @Test
    void everyAlertHasASeverityAndSaysWhatItMeans() {
        Set<String> names = new HashSet<>();
        for (Node rule :
                MONITORING
                        .get("PrometheusRule", "fleetwall-nodes")
                        .at("spec.groups")
                        .each()
                        .stream()
                        .flatMap(group -> group.at("rules").each().stream())
                        .toList()) {
            assertTrue(names.add(rule.at("alert").text()), "twice " + rule);
            assertTrue(List.of("warning", "critical").contains(rule.at("labels.severity").text()));
            assertTrue(rule.at("annotations.summary").present(), rule.toString());
            assertTrue(rule.at("annotations.description").present(), rule.toString());
        }
        assertTrue(names.size() > 5, names.toString());
    }

    @Test
    void theSpoolsAlertKnowsTheSpoolsDefaultLimit() {
        long limit =
                Long.parseLong(
                        Node.document(Tree.read("conf/runner-node.yaml"))
                                .at("events.spoolBytes")
                                .text());
        String expression =
                Monitoring.queries().stream()
                        .filter(query -> query.place().equals("FleetwallSpoolFilling"))
                        .findFirst()
                        .orElseThrow()
                        .expression();
        assertTrue(expression.endsWith("> " + limit * 8 / 10), expression);
    }

    @Test
    void grafanaFindsTheDashboardAndItsPanelsDoNotCollide() {
        Node map = MONITORING.get("ConfigMap", "fleetwall-dashboard");
        assertEquals("1", map.at("metadata.labels").key("grafana_dashboard").text());
        JsonObject dashboard = new JsonObject(map.at("data").key("fleetwall-nodes.json").text());
        Set<Integer> ids = new HashSet<>();
        Set<JsonObject> places = new HashSet<>();
        for (Object each : dashboard.getJsonArray("panels")) {
            JsonObject panel = (JsonObject) each;
            assertTrue(ids.add(panel.getInteger("id")), panel.encode());
            assertTrue(places.add(panel.getJsonObject("gridPos")), panel.encode());
        }
        assertTrue(ids.size() > 5);
    }
}
