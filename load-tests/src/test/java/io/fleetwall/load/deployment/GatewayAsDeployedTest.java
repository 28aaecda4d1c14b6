package io.fleetwall.load.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway with the manifests' own settings, policies, user and volumes: it is ready there. */
final class GatewayAsDeployedTest {
    private static final Overlay OVERLAY = Overlay.render("k8s/overlays/single");
    private static final Node GATEWAY = Overlay.container(OVERLAY.gateway(), "gateway");
    private static final String JAVA = ProcessHandle.current().info().command().orElseThrow();

    @TempDir Path out;

    private String told(String file) throws IOException {
        Path path = out.resolve(file);
        return Files.exists(path) ? Files.readString(path) : "(no " + file + ")";
    }

    private static String mount(String volume) {
        return GATEWAY.at("volumeMounts").named(volume).at("mountPath").text();
    }

    /** What the operator makes with openssl and `kubectl create secret tls`. */
    private void certificate() throws Exception {
        Path store = out.resolve("api.p12");
        Path keytool = Path.of(JAVA).resolveSibling("keytool");
        Tree.Run made =
                Tree.run(
                        List.of(
                                keytool.toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                "api",
                                "-dname",
                                "CN=fleetwall-api",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "unimportant"),
                        Map.of());
        assertEquals(0, made.status(), made.output());
        char[] password = "unimportant".toCharArray();
        KeyStore keys = KeyStore.getInstance(store.toFile(), password);
        pem("tls.crt", "CERTIFICATE", keys.getCertificate("api").getEncoded());
        pem("tls.key", "PRIVATE KEY", keys.getKey("api", password).getEncoded());
    }

    private void pem(String file, String kind, byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                out.resolve(file),
                "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    private void policies() throws IOException {
        Node volumes = OVERLAY.gateway().at("spec.template.spec.volumes");
        Node data =
                OVERLAY.get("ConfigMap", volumes.named("policies").at("configMap.name").text())
                        .at("data");
        Files.createDirectory(out.resolve("policies"));
        for (String name : data.keys()) {
            Files.writeString(out.resolve("policies").resolve(name), data.key(name).text());
        }
    }

    @Test
    void itIsReadyWithPoliciesInForceAsAnUnprivilegedUserOnAReadOnlyRoot() throws Exception {
        certificate();
        policies();
        Files.writeString(
                out.resolve("gateway.yaml"), OVERLAY.settings(OVERLAY.gateway(), "gateway.yaml"));
        List<String> command =
                new ArrayList<>(
                        List.of("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"));
        command.addAll(List.of("--mount-proc", "--propagation", "private", "--", "bash"));
        command.add(Tree.ROOT.resolve("load-tests/src/test/sh/gateway-as-deployed.sh").toString());
        command.add(JAVA);
        Tree.launched("gateway", GATEWAY.at("args").texts().getLast()).stream()
                .map(word -> word.replace("/opt/fleetwall", Tree.ROOT.toString()))
                .forEach(command::add);
        Tree.Run run = Tree.run(command, variables());
        assertEquals(0, run.status(), run.output() + told("log"));
        assertTrue(told("live").startsWith("200 "), told("live"));
        assertTrue(told("ready").startsWith("200 "), told("ready"));
        assertTrue(told("ready").contains("\"revision\":1"), told("ready"));
        assertTrue(told("log").contains("gateway=\"fleetwall-gateway-0\""), told("log"));
        assertEquals("143", told("terminated").strip());
        everyMetricAndLabelThatIsAskedForIsServed();
    }

    private void everyMetricAndLabelThatIsAskedForIsServed() throws IOException {
        String metrics = told("metrics");
        Set<String> served = Monitoring.served(metrics);
        List<Monitoring.Query> queries =
                Monitoring.queries().stream().filter(Monitoring.Query::isOfGateways).toList();
        assertTrue(queries.size() > 8, queries.toString());
        for (Monitoring.Query query : queries) {
            for (String metric : query.metrics()) {
                assertTrue(served.contains(metric), query + " asks for " + metric);
            }
            for (Monitoring.Matcher matcher : query.matchers()) {
                assertTrue(
                        metrics.lines().anyMatch(matcher::matches),
                        query + " matches nothing with " + matcher);
            }
        }
    }

    private Map<String, String> variables() {
        Path classes = Tree.ROOT.resolve("load-tests/target/test-classes");
        return Map.of(
                "REPOSITORY",
                Tree.ROOT.toString(),
                "OUT",
                out.toString(),
                "USER_ID",
                OVERLAY.gateway().at("spec.template.spec.securityContext.runAsUser").text(),
                "STATE",
                mount("state"),
                "TMP",
                mount("tmp"),
                "POD",
                "fleetwall-gateway-0",
                "PROBE",
                JAVA + " -Xshare:auto -cp " + classes + " " + HttpsProbe.class.getName());
    }
}
