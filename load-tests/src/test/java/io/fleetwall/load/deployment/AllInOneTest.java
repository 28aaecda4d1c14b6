package io.fleetwall.load.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateway and agent in one process, on a real kernel: the policy feed is the event bus. */
final class AllInOneTest {
    @TempDir Path out;

    private String told(String file) throws IOException {
        return new Place(out).told(file);
    }

    private void settings() throws IOException {
        Place place = new Place(out);
        place.settings(
                "gateway.yaml",
                """
                gateway: { name: all-in-one }
                state: { directory: "%s/state" }
                """);
        place.node("here");
    }

    @Test
    void policiesReachTheKernelWhicheverKeySignsThemAndOutliveTheProcess() throws IOException {
        settings();
        Tree.Run run = Tree.withNode("all-in-one.sh", out);
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
