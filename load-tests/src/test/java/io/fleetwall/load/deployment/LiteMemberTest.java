package io.fleetwall.load.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node in a process of its own that is a lite member of the gateways' cluster; real kernel. */
final class LiteMemberTest {
    @TempDir Path out;

    private String told(String file) throws IOException {
        Path path = out.resolve(file);
        return Files.exists(path) ? Files.readString(path).strip() : "(no " + file + ")";
    }

    private void settings() throws IOException {
        Files.createDirectory(out.resolve("lite"));
        Files.writeString(
                out.resolve("gateway.yaml"),
                """
                gateway: { name: host }
                state: { directory: "%1$s/state" }
                cluster: { lite: host }
                """
                        .formatted(out));
        Files.writeString(
                out.resolve("lite.yaml"),
                """
                state: { directory: "%1$s/lite" }
                cluster: { lite: member, bind: "127.0.0.1:5702", members: ["127.0.0.1:5701"] }
                """
                        .formatted(out));
        Files.writeString(
                out.resolve("runner-node.yaml"),
                """
                node: { name: guest, labels: [linux] }
                gateway: { url: cluster }
                state: { directory: "%1$s/node" }
                job: { socket: "%1$s/job.sock" }
                runners: [{ name: a, interface: fw-job }]
                dns: { upstreams: ["198.51.100.1:53"] }
                """
                        .formatted(out));
    }

    @Test
    void itsNodeFollowsTheGatewaysOverTheClusterAndOutlivesThem() throws IOException {
        settings();
        Tree.Run run = Tree.withNode("lite-member.sh", out);
        assertEquals(0, run.status(), run.output() + told("lite.log") + told("again.log"));
        assertEquals("1", told("no-key"), told("no-key.log"));
        assertTrue(told("no-key.log").contains("copy it from a gateway's"), told("no-key.log"));
        assertEquals("no", told("without-policy"), "enforced before any policy");
        assertTrue(told("rollout-1").contains("\"applied\":1"), told("rollout-1"));
        assertTrue(told("rollout-2").contains("\"applied\":1"), "signed by the next key");
        assertTrue(told("rollout-3").contains("\"applied\":1"), told("rollout-3"));
        assertEquals("no", told("revoked"), told("lite.log"));
        assertTrue(told("runners").contains("\"state\":\"in-force\""), told("runners"));
        assertTrue(told("nodes").contains("\"node\":\"guest\""), told("nodes"));
        assertTrue(told("ready").contains("\"members\":1"), "a lite member is no gateway");
        assertEquals("no", told("without-gateway"), "the kernel keeps the last policy");
        assertTrue(told("runners-again").contains("\"node\":\"guest\""), told("runners-again"));
        assertEquals("143", told("terminated"), told("lite.log"));
        assertEquals("yes", told("stopped"), "the last policy stays in force");
        assertTrue(told("lite.log").contains("whoever takes it over"), "what that trust means");
        assertTrue(told("gateway.log").contains("let in by their names"), told("gateway.log"));
    }
}
