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
    void theMonitorsSelectTheirServicesAndPorts() {
        selects("fleetwall-nodes", "fleetwall-node-metrics");
        selects("fleetwall-gateways", "fleetwall-gateway-members");
        for (Node endpoint : monitor("fleetwall-nodes").at("spec.endpoints").each()) {
            assertTrue(
                    Overlay.container(SINGLE.agent(), "metrics")
                            .at("args")
                            .texts()
                            .contains("--allow-paths=" + endpoint.at("path").text()));
        }
    }

    private static Node monitor(String name) {
        return MONITORING.get("ServiceMonitor", name);
    }

    private static void selects(String name, String serviceName) {
        Node monitor = monitor(name);
        Node service = SINGLE.get("Service", serviceName);
        assertEquals(
                service.at("metadata.namespace").text(), monitor.at("metadata.namespace").text());
        Node labels = monitor.at("spec.selector.matchLabels");
        for (String label : labels.keys()) {
            assertTrue(
                    service.at("metadata.labels").key(label).is(labels.key(label).text()), label);
        }
        for (Node endpoint : monitor.at("spec.endpoints").each()) {
            service.at("spec.ports").named(endpoint.at("port").text());
        }
    }

    /** Also a gateway that is not ready says why. */
    @Test
    void gatewaysAreScrapedBeforeTheyAreReady() {
        assertTrue(
                SINGLE.get("Service", "fleetwall-gateway-members")
                        .at("spec.publishNotReadyAddresses")
                        .is("true"));
    }

    /** A scrape over TLS checks the name that the certificate of the README has. */
    @Test
    void theGatewaysScrapeChecksTheirCertificate() {
        Node tls = monitor("fleetwall-gateways").at("spec.endpoints").each().getFirst();
        assertEquals("https", tls.at("scheme").text());
        String name = tls.at("tlsConfig.serverName").text();
        assertTrue(Tree.read("k8s/README.md").contains("DNS:" + name + ","), name);
        String secret = tls.at("tlsConfig.ca.secret.name").text();
        Node volumes = SINGLE.gateway().at("spec.template.spec.volumes");
        assertEquals(volumes.named("api-tls").at("secret.secretName").text(), secret);
        assertTrue(
                Tree.read("k8s/README.md")
                        .contains(
                                "create secret generic "
                                        + tls.at("authorization.credentials.name").text()
                                        + " --from-literal="
                                        + tls.at("authorization.credentials.key").text()));
    }

    @Test
    void prometheusReachesTheGatewaysPort() {
        Node policy = MONITORING.get("NetworkPolicy", "metrics-from-prometheus");
        Node gateway = SINGLE.gateway();
        assertEquals(
                gateway.at("metadata.namespace").text(), policy.at("metadata.namespace").text());
        Node selected = policy.at("spec.podSelector.matchLabels");
        for (String label : selected.keys()) {
            assertTrue(
                    gateway.at("spec.template.metadata.labels")
                            .key(label)
                            .is(selected.key(label).text()));
        }
        Node ingress = policy.at("spec.ingress").each().getFirst();
        String port = ingress.at("ports").each().getFirst().at("port").text();
        Overlay.container(gateway, "gateway").at("ports").named(port);
    }

    /** The operator calls the job of a scrape after its Service. */
    @Test
    void alertsAboutTheScrapeNameItsJob() {
        names("FleetwallAgentDown", "fleetwall-node-metrics");
        names("FleetwallGatewayDown", "fleetwall-gateway-members");
        names("FleetwallNoGateway", "fleetwall-gateway-members");
    }

    private static void names(String alert, String service) {
        String expression =
                Monitoring.queries().stream()
                        .filter(query -> query.place().equals(alert))
                        .findFirst()
                        .orElseThrow()
                        .expression();
        assertTrue(expression.contains("job=\"" + service + "\""), expression);
        SINGLE.get("Service", service);
    }

    @Test
    void everyAlertHasASeverityAndSaysWhatItMeans() {
        Set<String> names = new HashSet<>();
        for (Node rule :
                MONITORING.ofKind("PrometheusRule").stream()
                        .flatMap(rules -> rules.at("spec.groups").each().stream())
                        .flatMap(group -> group.at("rules").each().stream())
                        .toList()) {
            assertTrue(names.add(rule.at("alert").text()), "twice " + rule);
            assertTrue(List.of("warning", "critical").contains(rule.at("labels.severity").text()));
            assertTrue(rule.at("annotations.summary").present(), rule.toString());
            assertTrue(rule.at("annotations.description").present(), rule.toString());
        }
        assertTrue(names.size() > 15, names.toString());
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
    void grafanaFindsTheDashboardsAndTheirPanelsDoNotCollide() {
        List<Node> maps = MONITORING.ofKind("ConfigMap");
        assertEquals(2, maps.size());
        for (Node map : maps) {
            assertEquals("1", map.at("metadata.labels").key("grafana_dashboard").text());
            for (String file : map.at("data").keys()) {
                panelsDoNotCollide(new JsonObject(map.at("data").key(file).text()));
            }
        }
    }

    private static void panelsDoNotCollide(JsonObject dashboard) {
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
