package io.fleetwall.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.config.ConfigReader.Reading;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runners come and go; everything else waits for a restart, and says so. */
class ConfigChangeTest {
    private static final JsonObject A = runner("a", "fw-a");
    private static final JsonObject B = runner("b", "fw-b");

    @Test
    void runners_come_and_go() {
        ConfigChange change = between(with(A), with(B));
        assertEquals(List.of(), change.problems());
        assertEquals(List.of("a"), names(change.removed()));
        assertEquals(List.of("b"), names(change.added()));
        assertTrue(between(with(A, B), with(B, A)).isEmpty(), "the order says nothing");
    }

    @Test
    void every_other_key_is_named() {
        JsonObject next =
                new JsonObject()
                        .put("node", new JsonObject().put("name", "m").put("labels", list("gpu")))
                        .put(
                                "gateway",
                                new JsonObject()
                                        .put("url", "https://other.example:7443")
                                        .put("caFingerprint", "0".repeat(64)))
                        .put("state", new JsonObject().put("directory", "/s"))
                        .put("bpf", new JsonObject().put("pinDirectory", "/p"))
                        .put("job", new JsonObject().put("timeout", "1s"))
                        .put("dns", new JsonObject().put("upstreams", list("192.0.2.54")))
                        .put("health", new JsonObject().put("listen", "127.0.0.1:1"))
                        .put("sockets", new JsonObject().put("allowed", list("/x")))
                        .put("events", new JsonObject().put("spoolBytes", 5 << 20))
                        .put("runners", new JsonArray().add(A));
        assertEquals(
                List.of(
                        "bpf.pinDirectory",
                        "dns",
                        "events.spoolBytes",
                        "gateway",
                        "health.listen",
                        "job",
                        "node.name",
                        "sockets.allowed",
                        "state.directory",
                        "runners.a"),
                paths(between(with(A), next)));
    }

    @Test
    void an_interface_changes_hands_only_in_a_restart() {
        assertEquals(List.of("runners.c"), paths(between(with(A), with(runner("c", "fw-a")))));
        assertEquals(List.of("runners.a"), paths(between(with(A), with(runner("a", "fw-c")))));
    }

    @Test
    void a_machine_that_is_a_runner_needs_a_restart() {
        JsonObject machine = runner("m", "eth0").put("direction", "egress");
        assertEquals(List.of("runners"), paths(between(with(A), with(A, machine))));
        assertEquals(List.of("runners"), paths(between(with(machine), with(machine, A))));
        assertTrue(between(with(machine), with(machine)).isEmpty());
    }

    private static ConfigChange between(JsonObject now, JsonObject next) {
        return ConfigChange.between(config(now), config(next));
    }

    private static NodeConfig config(JsonObject values) {
        return ((Reading.Usable) ConfigReader.read(values)).config();
    }

    private static JsonObject with(JsonObject... runners) {
        return new JsonObject()
                .put("node", new JsonObject().put("name", "n"))
                .put(
                        "gateway",
                        new JsonObject()
                                .put("url", "https://gateway.example:7443")
                                .put("caFingerprint", "0".repeat(64)))
                .put("dns", new JsonObject().put("upstreams", list("192.0.2.53")))
                .put("runners", new JsonArray(List.of(runners)));
    }

    private static JsonObject runner(String name, String interfaceName) {
        return new JsonObject().put("name", name).put("interface", interfaceName);
    }

    private static JsonArray list(String text) {
        return new JsonArray().add(text);
    }

    private static List<String> names(List<NodeConfig.Runner> runners) {
        return runners.stream().map(NodeConfig.Runner::name).toList();
    }

    private static List<String> paths(ConfigChange change) {
        return change.problems().stream().map(ConfigProblem::path).toList();
    }
}
