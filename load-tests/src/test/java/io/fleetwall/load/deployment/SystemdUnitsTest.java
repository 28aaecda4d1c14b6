package io.fleetwall.load.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The units are units, start what the launcher starts, and take away what is not needed. */
final class SystemdUnitsTest {
    private static final Pattern EXPOSURE =
            Pattern.compile("Overall exposure level for \\S+: ([0-9.]+)");

    private static UnitFile unit(String program) {
        return UnitFile.read("packaging/systemd/fleetwall-" + program + ".service");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "runner-node"})
    void theCommandIsTheLaunchers(String program) {
        List<String> launched = Tree.launched(program, "/etc/fleetwall/" + program + ".yaml");
        List<String> started = unit(program).words("ExecStart");
        assertEquals("/usr/bin/java", started.getFirst());
        assertEquals(launched, started.subList(1, started.size()));
    }

    @Test
    void theAgentsEnvironmentIsTheLaunchers() {
        assertEquals(Tree.environment(), unit("runner-node").text("Environment"));
    }

    /** systemd looks for the program that a unit starts; a shell stands in for a JVM elsewhere. */
    @ParameterizedTest
    @ValueSource(strings = {"gateway", "runner-node"})
    void systemdFindsNothingWrong(String program, @TempDir Path directory) throws IOException {
        Path copy = directory.resolve("fleetwall-" + program + ".service");
        Files.writeString(
                copy,
                Tree.read("packaging/systemd/" + copy.getFileName())
                        .replace("/usr/bin/java", "/bin/sh"));
        Tree.Run run =
                Tree.run(
                        List.of("systemd-analyze", "verify", "--man=no", copy.toString()),
                        Map.of());
        List<String> ours =
                run.output().lines().filter(line -> line.contains("fleetwall")).toList();
        assertEquals(List.of(), ours);
    }

    /**
     * 0 is closed, 10 is open, 9.6 says nothing. Measured 1.5 and 2.9; releases count differently.
     */
    @ParameterizedTest
    @CsvSource({"gateway, 2.0", "runner-node, 3.4"})
    void itLeavesLittleOpen(String program, double exposure) {
        String file = "./packaging/systemd/fleetwall-" + program + ".service";
        Tree.Run run =
                Tree.run(List.of("systemd-analyze", "security", "--offline=yes", file), Map.of());
        Matcher found = EXPOSURE.matcher(run.output());
        assertTrue(found.find(), run.output());
        assertTrue(Double.parseDouble(found.group(1)) <= exposure, run.output());
    }

    @Test
    void theAgentHasTheSameCapabilitiesAsInACluster() {
        var manifest =
                Overlay.container(Overlay.render("k8s/overlays/single").agent(), "runner-node")
                        .at("securityContext.capabilities.add")
                        .texts()
                        .stream()
                        .map(name -> "CAP_" + name)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(manifest, new TreeSet<>(unit("runner-node").words("CapabilityBoundingSet")));
        assertEquals("", unit("gateway").text("CapabilityBoundingSet"));
    }

    @Test
    void theAgentMayWriteWhatItsSettingsName() {
        UnitFile unit = unit("runner-node");
        Node settings = Node.document(Tree.read("conf/runner-node.yaml"));
        assertEquals(
                "/var/lib/" + unit.text("StateDirectory"), settings.at("state.directory").text());
        assertEquals(
                Path.of("/run", unit.text("RuntimeDirectory")),
                Path.of(settings.at("job.socket").text()).getParent());
        assertTrue(
                unit.words("ReadWritePaths").stream()
                        .anyMatch(Path.of(settings.at("bpf.pinDirectory").text())::startsWith));
    }

    /** It would make bpffs read-only, and the agent could pin nothing. */
    @Test
    void theAgentsUnitDoesNotTakeBpffsAway() {
        UnitFile unit = unit("runner-node");
        assertFalse(unit.settings().containsKey("ProtectKernelTunables"));
        assertTrue(unit.words("ReadOnlyPaths").contains("/sys"));
        assertTrue(unit.words("SystemCallFilter").contains("bpf"));
    }

    @Test
    void bothNeedMoreTimeToStopThanTheyTake() {
        assertEquals("30", unit("gateway").text("TimeoutStopSec"));
        assertTrue(
                Tree.read("runner-node/src/main/java/io/fleetwall/node/RunnerNode.java")
                        .contains("CLOSE_SECONDS = 20;"));
        assertEquals("30", unit("runner-node").text("TimeoutStopSec"));
    }
}
