package io.fleetwall.load.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The agent with the manifests' own settings, capabilities and mounts, on a real kernel: it starts,
 * is killed, adopts what it left, and is uninstalled. And with less it does not.
 */
final class AgentAsDeployedTest {
    private static final int NOT_READY = 10;
    private static final Overlay OVERLAY = Overlay.render("k8s/overlays/single");
    private static final Node AGENT = Overlay.container(OVERLAY.agent(), "runner-node");

    @TempDir static Path whole;
    private static int status;

    @BeforeAll
    static void runWithWhatTheManifestsGive() throws IOException {
        status = run(capabilities(), whole);
    }

    private static Set<String> capabilities() {
        return new TreeSet<>(AGENT.at("securityContext.capabilities.add").texts());
    }

    private static int run(Set<String> capabilities, Path out) throws IOException {
        String settings = OVERLAY.settings(OVERLAY.agent(), "runner-node.yaml");
        Files.writeString(out.resolve("runner-node.yaml"), settings);
        List<String> command =
                new ArrayList<>(
                        List.of("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"));
        command.addAll(List.of("--mount-proc", "--propagation", "private", "--", "bash"));
        command.add(Tree.ROOT.resolve("load-tests/src/test/sh/agent-as-deployed.sh").toString());
        command.add(ProcessHandle.current().info().command().orElseThrow());
        Tree.launched("runner-node", AGENT.at("args").texts().getLast()).stream()
                .map(word -> word.replace("/opt/fleetwall", Tree.ROOT.toString()))
                .forEach(command::add);
        String names =
                capabilities.stream()
                        .map(name -> ",+" + name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining());
        Tree.Run run =
                Tree.run(
                        command,
                        Map.of(
                                "REPOSITORY",
                                Tree.ROOT.toString(),
                                "OUT",
                                out.toString(),
                                "CAPABILITIES",
                                names,
                                "WRITABLE",
                                writable(),
                                "BPFFS",
                                mount("bpffs"),
                                "INTERFACES",
                                interfaces(settings)));
        Files.writeString(out.resolve("script"), run.output());
        return run.status();
    }

    private static String mount(String volume) {
        return AGENT.at("volumeMounts").named(volume).at("mountPath").text();
    }

    private static String writable() {
        return AGENT.at("volumeMounts").each().stream()
                .filter(mount -> !mount.at("readOnly").is("true"))
                .filter(mount -> !mount.at("name").is("bpffs"))
                .map(mount -> mount.at("mountPath").text())
                .collect(Collectors.joining(" "));
    }

    private static String interfaces(String settings) {
        return Node.document(settings).at("runners").each().stream()
                .map(runner -> runner.at("interface").text())
                .collect(Collectors.joining(" "));
    }

    private static String told(Path out, String file) throws IOException {
        Path path = out.resolve(file);
        return Files.exists(path) ? Files.readString(path) : "(no " + file + ")";
    }

    private static String told(String file) throws IOException {
        return told(whole, file);
    }

    @Test
    void itRunsAdoptsAndIsUninstalledWithTheListedCapabilitiesOnAReadOnlyRoot() throws IOException {
        assertEquals(
                0,
                status,
                told("script") + told("first.log") + told("again.log") + told("uninstall.log"));
        assertTrue(told("first.log").contains("adopted=\"false\""), told("first.log"));
        assertTrue(told("again.log").contains("adopted=\"true\""), told("again.log"));
        assertEquals("137", told("killed").strip());
        assertEquals("143", told("terminated").strip());
        assertEquals("", told("left").strip(), "after uninstall");
    }

    @Test
    void itProtectsItsRunnersAndSaysSo() throws IOException {
        assertTrue(told("health").startsWith("HTTP/1.1 200"), told("health"));
        assertTrue(told("health").contains("\"protecting\":true"), told("health"));
        assertFalse(told("first.log").contains("DNS is not redirected"), told("first.log"));
        assertFalse(told("first.log").contains("ERROR"), told("first.log"));
    }

    @Test
    void itHasTheListedCapabilitiesAndNoOther() throws IOException {
        long bits = 0;
        for (String name : capabilities()) {
            bits |= 1L << number(name);
        }
        String mask = "%016x".formatted(bits);
        assertTrue(told("capabilities").contains("CapEff:\t" + mask), told("capabilities"));
        assertTrue(told("capabilities").contains("CapBnd:\t" + mask), told("capabilities"));
    }

    /** {@code linux/capability.h}. */
    private static int number(String capability) {
        return switch (capability) {
            case "NET_ADMIN" -> 12;
            case "PERFMON" -> 38;
            case "BPF" -> 39;
            case String other -> throw new AssertionError("what is " + other + " for?");
        };
    }

    @ParameterizedTest
    @MethodSource("eachCapability")
    void withoutEachOfThemItDoesNotStart(String missing, @TempDir Path out) throws IOException {
        Set<String> fewer = capabilities();
        fewer.remove(missing);
        assertEquals(NOT_READY, run(fewer, out), told(out, "script") + told(out, "first.log"));
        assertTrue(
                told(out, "first.log").matches("(?s).*(EPERM|EACCES).*"), told(out, "first.log"));
    }

    static Stream<String> eachCapability() {
        return capabilities().stream();
    }

    /** It stands in for all of the others, and mounts, and debugs: nobody may hand it out again. */
    @Test
    void itNeedsNoSysAdmin() {
        assertFalse(capabilities().contains("SYS_ADMIN"));
    }

    private static List<Monitoring.Query> ofAgents() {
        return Monitoring.queries().stream().filter(query -> !query.isOfGateways()).toList();
    }

    @Test
    void everyMetricOfAlertsAndDashboardsIsServed() throws IOException {
        Set<String> served = Monitoring.served(told("metrics"));
        for (Monitoring.Query query : ofAgents()) {
            for (String metric : query.metrics()) {
                assertTrue(served.contains(metric), query + " asks for " + metric);
            }
        }
    }

    @Test
    void everyLabelValueThatAlertsAndDashboardsAskForIsServed() throws IOException {
        String metrics = told("metrics");
        for (Monitoring.Query query : ofAgents()) {
            for (Monitoring.Matcher matcher : query.matchers()) {
                assertTrue(
                        metrics.lines().anyMatch(matcher::matches),
                        query + " matches nothing with " + matcher);
            }
        }
    }
}
