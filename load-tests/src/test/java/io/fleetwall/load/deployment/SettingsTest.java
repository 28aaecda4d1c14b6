package io.fleetwall.load.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.fleetwall.gateway.config.ConfigFile;
import io.fleetwall.gateway.config.ConfigReading;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.node.config.ConfigReader;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.policy.document.PolicySources;
import io.fleetwall.policy.document.SourceFile;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings of each overlay are read by the programs' own readers, and fit the manifests. */
@ParameterizedClass
@MethodSource("io.fleetwall.load.deployment.OverlaysTest#overlays")
final class SettingsTest {
    private static final String SECRET_FILES =
            "/etc/fleetwall/(?:store|cluster)/(user|password|secret)\\b";
    private final Overlay overlay;
    @TempDir Path directory;

    SettingsTest(Overlay overlay) {
        this.overlay = overlay;
    }

    private GatewayConfig gateway() throws IOException {
        Node workload = overlay.gateway();
        Map<String, String> variables = new HashMap<>();
        for (Node variable : Overlay.container(workload, "gateway").at("env").each()) {
            variables.put(
                    variable.at("name").text(),
                    variable.at("value")
                            .found()
                            .map(text -> text.replace("$(POD_IP)", "10.1.2.3"))
                            .orElse("fleetwall-gateway-0"));
        }
        Path file = directory.resolve("gateway.yaml");
        String settings = overlay.settings(workload, "gateway.yaml");
        Files.writeString(file, settings.replaceAll(SECRET_FILES, secret("$1").toString()));
        return switch (ConfigFile.read(file, variables)) {
            case ConfigReading.Read(GatewayConfig config) -> config;
            case ConfigReading.Refused(var problems) -> fail(problems.toString());
        };
    }

    /** Secrets are mounted where their settings say; here they are all in this directory. */
    private Path secret(String name) throws IOException {
        for (String each : List.of("user", "password", "secret")) {
            Files.writeString(directory.resolve(each), "0123456789abcdef0123456789abcdef\n");
        }
        return directory.resolve(name);
    }

    @Test
    void severalGatewaysShareAStoreAndFindEachOther() throws IOException {
        GatewayConfig config = gateway();
        Node workload = overlay.gateway();
        if (workload.at("spec.replicas").is("1")) {
            assertEquals(new GatewayConfig.Store.Embedded(), config.store());
            assertTrue(config.cluster().bind().isLoopback(), config.cluster().toString());
            return;
        }
        assertTrue(config.store() instanceof GatewayConfig.Store.Postgresql);
        Node ports = Overlay.container(workload, "gateway").at("ports");
        assertEquals("10.1.2.3:" + port(ports, "cluster"), config.cluster().bind().toString());
        assertEquals("" + config.cluster().eventBusPort(), port(ports, "event-bus"));
        String service = config.cluster().peers().kubernetesService().orElseThrow();
        String name = workload.at("spec.serviceName").text();
        assertTrue(service.startsWith(name + ".fleetwall.svc"), service);
        assertEquals("None", overlay.get("Service", name).at("spec.clusterIP").text());
        String settings = overlay.settings(workload, "gateway.yaml");
        for (String file : List.of("store/user", "store/password", "cluster/secret")) {
            Path path = Path.of("/etc/fleetwall", file);
            assertTrue(settings.contains(path.toString()), path::toString);
            Node container = Overlay.container(workload, "gateway");
            assertEquals(path.getName(2).toString(), volume(container, path));
        }
    }

    private NodeConfig agent() throws Exception {
        Path file = directory.resolve("runner-node.yaml");
        Files.writeString(file, overlay.settings(overlay.agent(), "runner-node.yaml"));
        Vertx vertx = Vertx.vertx();
        try {
            return switch (ConfigReader.read(vertx, file)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS)) {
                case ConfigReader.Reading.Usable(NodeConfig config) -> config;
                case ConfigReader.Reading.Unusable(var problems) -> fail(problems.toString());
            };
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void theGatewayListensWhereItsPortsSay() throws IOException {
        GatewayConfig config = gateway();
        Node ports = Overlay.container(overlay.gateway(), "gateway").at("ports");
        assertEquals("" + config.api().listen().port(), port(ports, "api"));
        assertEquals("" + config.link().listen().port(), port(ports, "link"));
        assertTrue(config.api().tls().isPresent(), "probes use HTTPS");
        assertEquals("fleetwall-gateway-0", config.name());
    }

    private static String port(Node ports, String name) {
        return ports.named(name).at("containerPort").text();
    }

    @Test
    void theGatewaysFilesAreWhereVolumesAreMounted() throws IOException {
        GatewayConfig config = gateway();
        Node container = Overlay.container(overlay.gateway(), "gateway");
        assertEquals("state", volume(container, config.state()));
        assertEquals("policies", volume(container, config.policies().directory().orElseThrow()));
        GatewayConfig.KeyPairFiles tls = config.api().tls().orElseThrow();
        assertEquals("api-tls", volume(container, tls.certificate()));
        assertEquals("api-tls", volume(container, tls.key()));
        assertEquals("tls.crt", tls.certificate().getFileName().toString());
        assertEquals("tls.key", tls.key().getFileName().toString());
        assertEquals("settings", volume(container, config(container)));
        // The gateway changes its mode, which is its owner's right alone.
        assertTrue(!mounts(container).contains(config.state()), "the volume's own root");
    }

    @Test
    void theAgentsFilesAreWhereVolumesAreMounted() throws Exception {
        NodeConfig config = agent();
        Node container = Overlay.container(overlay.agent(), "runner-node");
        assertEquals("state", volume(container, config.state()));
        assertEquals("bpffs", volume(container, config.pins()));
        assertEquals("job-socket", volume(container, config.job().path()));
        assertEquals("enrolment", volume(container, config.gateway().tokenFile().orElseThrow()));
        assertEquals("settings", volume(container, config(container)));
    }

    @Test
    void theHostsPathsAreThoseOfAnAgentWithoutAContainer() throws Exception {
        Node volumes = overlay.agent().at("spec.template.spec.volumes");
        NodeConfig config = agent();
        Node defaults = Node.document(Tree.read("conf/runner-node.yaml"));
        assertEquals(
                Path.of(defaults.at("bpf.pinDirectory").text()),
                Path.of(volumes.named("bpffs").at("hostPath.path").text())
                        .resolve(config.pins().getFileName()));
        assertEquals(defaults.at("job.socket").text(), config.job().path().toString());
        assertEquals(defaults.at("state.directory").text(), config.state().toString());
        assertEquals(
                config.job().path().getParent(),
                Path.of(volumes.named("job-socket").at("hostPath.path").text()));
    }

    @Test
    void theAgentFindsTheLinksServiceUnderANameInItsCertificate() throws Exception {
        var url = agent().gateway().url();
        assertTrue(gateway().link().names().contains(url.getHost()), url.toString());
        String[] labels = url.getHost().split("\\.", -1);
        Node service = overlay.get("Service", labels[0]);
        assertEquals(service.at("metadata.namespace").text(), labels[1]);
        assertEquals("" + url.getPort(), service.at("spec.ports").named("link").at("port").text());
    }

    @Test
    void theMetricsProxyAsksWhereTheAgentAnswers() throws Exception {
        var listen = agent().health();
        List<String> arguments = Overlay.container(overlay.agent(), "metrics").at("args").texts();
        assertTrue(
                arguments.contains(
                        "--upstream=http://"
                                + listen.getAddress().getHostAddress()
                                + ":"
                                + listen.getPort()
                                + "/"),
                arguments.toString());
        for (Node probe : probes(Overlay.container(overlay.agent(), "runner-node"))) {
            assertEquals("" + listen.getPort(), probe.at("port").text());
            assertEquals(listen.getAddress().getHostAddress(), probe.at("host").text());
        }
    }

    @Test
    void probesAskForPathsThatTheProgramsServe() {
        String gateway = Tree.read("gateway/src/main/java/io/fleetwall/gateway/api/Operation.java");
        String agent =
                Tree.read("runner-node/src/main/java/io/fleetwall/node/health/HealthVerticle.java");
        for (Node probe : probes(Overlay.container(overlay.gateway(), "gateway"))) {
            assertTrue(gateway.contains('"' + probe.at("path").text() + '"'), probe.toString());
            assertEquals("HTTPS", probe.at("scheme").text());
        }
        for (Node probe : probes(Overlay.container(overlay.agent(), "runner-node"))) {
            assertTrue(agent.contains('"' + probe.at("path").text() + '"'), probe.toString());
        }
    }

    @Test
    void thePoliciesAreGood() {
        String map =
                overlay.gateway()
                        .at("spec.template.spec.volumes")
                        .named("policies")
                        .at("configMap.name")
                        .text();
        Node data = overlay.get("ConfigMap", map).at("data");
        List<SourceFile> files = new ArrayList<>();
        data.keys().forEach(name -> files.add(SourceFile.of(name, data.key(name).text())));
        if (PolicySources.read(files) instanceof PolicySources.Reading.Refused refused) {
            fail(refused.toString());
        }
    }

    private static List<Node> probes(Node container) {
        return Stream.of("startupProbe", "livenessProbe", "readinessProbe")
                .map(name -> container.at(name).at("httpGet"))
                .toList();
    }

    private static Path config(Node container) {
        List<String> arguments = container.at("args").texts();
        assertEquals("--config", arguments.getFirst());
        return Path.of(arguments.getLast());
    }

    private static List<Path> mounts(Node container) {
        return container.at("volumeMounts").each().stream()
                .map(mount -> Path.of(mount.at("mountPath").text()))
                .toList();
    }

    /** The volume that a path lies in. */
    private static String volume(Node container, Path path) {
        return container.at("volumeMounts").each().stream()
                .filter(mount -> path.startsWith(mount.at("mountPath").text()))
                .map(mount -> mount.at("name").text())
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is mounted for " + path));
    }
}
