package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.JobHook;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that runs where no filter is, found by a real agent at a real kernel. */
class UnprotectedTest {
    private final TestNetwork network = TestNetwork.create(60);
    private final TestAgent agent;
    private final JobHook hook;

    UnprotectedTest(@TempDir Path place) throws Exception {
        agent = TestAgent.create(place, network.host(), "");
        hook = new JobHook(place.resolve("run/job.sock"));
    }

    @BeforeEach
    void start() throws Exception {
        agent.start();
    }

    @AfterEach
    void stop() throws Exception {
        agent.uninstall();
        network.close();
    }

    private static String start(String runner) {
        return new JsonObject()
                .put("op", "start")
                .put("runner", runner)
                .put("organization", "acme")
                .put("repository", "acme/api")
                .put("workflow", "build.yml")
                .put("job", "build")
                .put("runId", "17")
                .put("attempt", 1)
                .encode();
    }

    private Event unprotected() {
        Await.until(
                () -> agent.told(EventKind.JOB_UNPROTECTED) > 0, () -> agent.events().toString());
        return agent.events().stream()
                .filter(event -> event.kind() == EventKind.JOB_UNPROTECTED)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_job_on_a_runner_that_the_node_does_not_have_is_refused_and_told() throws Exception {
        JsonObject answer = hook.ask(start("unknown"));
        assertFalse(answer.getBoolean("ok"));
        assertEquals("FW-J002", answer.getString("code"));
        Event told = unprotected();
        assertEquals("node-1", told.node());
        assertEquals("acme/api", told.job().orElseThrow().repository());
        assertEquals("17", told.job().orElseThrow().runId());
        assertTrue(told.message().contains("'unknown'"), told::message);
        assertEquals(0, agent.told(EventKind.JOB_STARTED));
    }

    @Test
    void a_job_whose_interface_has_no_filter_is_told() throws Exception {
        assertTrue(hook.ask(start("r")).getBoolean("ok"));
        Await.until(() -> agent.told(EventKind.JOB_STARTED) == 1, () -> agent.events().toString());
        assertEquals(0, agent.told(EventKind.JOB_UNPROTECTED));
        network.unplug();
        Await.until(this::startsUnprotected, () -> agent.events().toString());
        Event told = unprotected();
        assertEquals("r", told.runner());
        assertEquals("acme/api", told.job().orElseThrow().repository());
        assertEquals("the job's interface " + network.host() + " has no filter", told.message());
    }

    /** The agent hears of the interface's end beside the job's start. */
    private boolean startsUnprotected() {
        try {
            hook.ask("{\"op\":\"finish\",\"runner\":\"r\"}");
            hook.ask(start("r"));
            return agent.told(EventKind.JOB_UNPROTECTED) > 0;
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }
}
