package io.fleetwall.load.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateway and agent in one process, on a real kernel: the policy feed is the event bus. */
final class AllInOneTest {
    private static final String JAVA = ProcessHandle.current().info().command().orElseThrow();

    @TempDir Path out;

    private String told(String file) throws IOException {
        Path path = out.resolve(file);
        return Files.exists(path) ? Files.readString(path).strip() : "(no " + file + ")";
    }

    private void settings() throws IOException {
        Files.writeString(
                out.resolve("gateway.yaml"),
                """
                gateway: { name: all-in-one }
                state: { directory: "%1$s/state" }
                """
                        .formatted(out));
        Files.writeString(
                out.resolve("runner-node.yaml"),
                """
                node: { name: here, labels: [linux] }
                gateway: { url: cluster }
                state: { directory: "%1$s/node" }
                job: { socket: "%1$s/job.sock" }
                runners: [{ name: a, interface: fw-job }]
                dns: { upstreams: ["198.51.100.1:53"] }
                """
                        .formatted(out));
    }

    private static String jar(String module) {
        return Tree.ROOT.resolve(module + "/target/" + module + "-0.1.0-SNAPSHOT.jar").toString();
    }

    private Tree.Run run() throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"));
        command.addAll(List.of("--mount-proc", "--propagation", "private", "--", "bash"));
        command.add(Tree.ROOT.resolve("load-tests/src/test/sh/all-in-one.sh").toString());
        command.addAll(List.of(JAVA, "--enable-native-access=ALL-UNNAMED", "-Xmx256m"));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(jar("gateway") + ":" + jar("runner-node"));
        command.add("io.fleetwall.gateway.Gateway");
        return Tree.run(command, Map.of("OUT", out.toString()));
    }

    @Test
    void policiesReachTheKernelWhicheverKeySignsThemAndOutliveTheProcess() throws IOException {
        settings();
        Tree.Run run = run();
        assertEquals(0, run.status(), run.output() + told("first.log") + told("again.log"));
        assertEquals("no", told("without-policy"), "enforced before any policy");
        assertEquals("yes", told("allowed"), told("rollout-1") + told("first.log"));
        assertEquals("no", told("revoked"), told("rollout-2"));
        assertTrue(told("rollout-2").contains("\"applied\":1"), told("rollout-2"));
        theNextKeyCounts();
        assertTrue(told("runners").contains("\"state\":\"in-force\""), told("runners"));
        assertTrue(told("runners").contains("\"attestation\":{\"state\":\"ok\""), told("runners"));
        assertTrue(told("nodes").contains("\"tcx\":\"present\""), told("nodes"));
        assertTrue(told("joined").contains("\"node\":\"here\""), told("joined"));
        assertEquals("no", told("killed"), "the kernel enforces alone");
        assertEquals("yes", told("allowed-again"), told("rollout-7") + told("again.log"));
        assertEquals("143", told("terminated"));
        assertEquals("yes", told("stopped"), "the last policy stays in force");
        assertFalse(told("again.log").contains("did not close"), told("again.log"));
        assertTrue(told("first.log").contains("who takes over one"), "what that trust means");
    }

    /** Over the same feed: nobody linked again to hear of it. */
    private void theNextKeyCounts() throws IOException {
        assertTrue(told("rollout-3").contains("\"applied\":1"), told("rollout-3"));
        assertEquals("yes", told("signed-by-the-next"), told("rollout-4") + told("first.log"));
        assertTrue(told("rollout-5").contains("\"applied\":1"), told("rollout-5"));
        assertEquals("no", told("signed-by-it-alone"), told("rollout-6"));
        long feeds = told("first.log").lines().filter(line -> line.contains("node fed")).count();
        assertEquals(1, feeds, told("first.log"));
    }
}
