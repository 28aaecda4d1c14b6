package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.config.ConfigProblem;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.Count;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.node.fleet.TestWorld;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runners come and go while the agent runs; another one sends numbered datagrams meanwhile. */
class ReloadTest {
    private final TestNetwork a = TestNetwork.create(40);
    private final TestNetwork b = TestNetwork.create(41);
    private final TestWorld world = TestWorld.create();
    private final TestAgent agent;
    private final String both;

    ReloadTest(@TempDir Path place) throws Exception {
        agent =
                TestAgent.create(
                        place,
                        """
                        runners:
                          - { name: a, interface: fw-t40 }
                          - { name: b, interface: fw-t41 }
                        """);
        both = Files.readString(agent.file());
        agent.policy("allow:\n  - { cidr: 198.51.100.1/32, ports: [9999/udp] }\n");
        world.say("ip", "route", "add", "default", "via", "198.51.100.254");
        agent.start();
        Await.until(() -> listens(b), () -> "no DNS");
    }

    @AfterEach
    void stop() throws Exception {
        agent.uninstall();
        world.close();
        a.close();
        b.close();
    }

    @Test
    void a_runner_goes_and_comes_and_the_other_loses_no_packet() throws Exception {
        try (Count arrived = Count.receive();
                Count sent = Count.send(a, "198.51.100.1")) {
            Await.until(() -> arrived.told().size() > 50, () -> "nothing arrives");
            assertTrue(denied(b), "before");
            for (int round = 0; round < 3; round++) {
                assertEquals(List.of(), reload(without("b")));
                awaitSaid("a");
                assertTrue(denied(b), "a removed runner is shut");
                assertTrue(denied(a), "the other one");
                assertTrue(!listens(b), "its DNS is served");
                assertEquals(List.of(), reload(both));
                awaitSaid("a", "b");
                assertTrue(denied(b), "after");
                Await.until(() -> listens(b), () -> "no DNS any more");
            }
            int count = sent.end();
            Await.until(
                    () -> arrived.told().size() >= count,
                    () -> arrived.told().size() + " of " + count);
            List<Integer> told = arrived.told().stream().map(Integer::valueOf).sorted().toList();
            assertEquals(IntStream.range(0, count).boxed().toList(), told);
        }
        Await.until(
                () -> agent.told(EventKind.POLICY_MISSING) >= 3, () -> agent.events().toString());
    }

    @Test
    void an_added_runner_gets_its_policy() throws Exception {
        try (Count arrived = Count.receive()) {
            assertEquals(List.of(), reload(without("b")));
            assertEquals(List.of(), reload(both.replace("name: b", "name: c")));
            awaitSaid("a", "c");
            try (Count sent = Count.send(b, "198.51.100.1")) {
                Await.until(() -> arrived.told().size() > 5, () -> "nothing arrives");
                assertTrue(sent.end() > 5);
            }
            assertTrue(denied(b), "all else");
        }
    }

    @Test
    void what_needs_a_restart_or_is_wrong_changes_nothing() throws Exception {
        List<ConfigProblem> problems =
                reload(without("b").replace("127.0.0.1:7172", "127.0.0.1:7173"));
        assertEquals(1, problems.size());
        assertTrue(problems.getFirst().toString().startsWith("health.listen: FW-C004"));
        assertTrue(problems.getFirst().hint().startsWith("needs a restart"));
        assertEquals(
                List.of("runners[1].interface", "job.timeot", "runners[1].interfaces"),
                reload(
                                both.replace("interface: fw-t41", "interfaces: fw-t41")
                                        .replace("job: {", "job: { timeot: 1s,"))
                        .stream()
                        .map(ConfigProblem::path)
                        .toList());
        assertEquals(1, reload("runners: [").size());
        assertTrue(denied(b));
        assertTrue(listens(b));
        assertEquals(1, agent.gateway().heard(Hello.class).size());
    }

    private String without(String name) {
        return both.lines()
                .filter(line -> !line.contains("name: " + name + ","))
                .reduce("", (text, line) -> text + line + "\n");
    }

    private List<ConfigProblem> reload(String text) throws IOException {
        Files.writeString(agent.file(), text);
        return agent.reload();
    }

    private void awaitSaid(String... runners) {
        Await.until(() -> runnersSaid().equals(List.of(runners)), () -> runnersSaid().toString());
    }

    /** Runners of the last hello. */
    private List<String> runnersSaid() {
        return agent.gateway().heard(Hello.class).getLast().runners().stream()
                .map(RunnerReport::runner)
                .toList();
    }

    /** Whether the filter refuses what the policy does not allow; without it the world does. */
    private boolean denied(TestNetwork network) throws IOException {
        long before = syns();
        network.inside("timeout", "2", "bash", "-c", "exec 3<>/dev/tcp/198.51.100.1/81");
        return syns() == before;
    }

    private long syns() throws IOException {
        return world.saw().stream().filter(line -> line.contains("198.51.100.1.81: ")).count();
    }

    private static boolean listens(TestNetwork network) {
        try {
            return TestNetwork.say(List.of("ss", "-Hlun", "sport", "=", "5353"))
                    .text()
                    .contains("%" + network.host());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
