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
        return new Place(out).told(file);
    }

    private void settings() throws IOException {
        Files.createDirectory(out.resolve("lite"));
        Place place = new Place(out);
        place.settings(
                "gateway.yaml",
                """
                gateway: { name: host }
                state: { directory: "%s/state" }
                cluster: { lite: host }
                """);
        place.settings(
                "lite.yaml",
                """
                state: { directory: "%s/lite" }
                cluster: { lite: member, bind: "127.0.0.1:5702", members: ["127.0.0.1:5701"] }
                """);
        place.node("guest");
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
