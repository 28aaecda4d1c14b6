package io.fleetwall.node.enforce;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.LearnedAnswer;
import io.fleetwall.node.fleet.TestFleet;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.PortProgram;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stays in memory of large policies that follow each other; with the real kernel. */
class SwapMemoryTest {
    private static final int HOSTS = 10_000;
    private static final int SWAPS = 20;

    @TempDir Path state;
    private final TestFleet fleet;
    private final FleetKeys keys = new FleetKeys();
    private final Scope idle = new Scope(new TreeSet<>(Set.of("linux")), Optional.empty());
    private TestNetwork network;
    private Enforcement node;
    private RunnerGate gate;
    private RunnerPolicy policy;

    @SuppressWarnings("NullAway.Init") // set up before each test
    SwapMemoryTest() throws Exception {
        fleet = new TestFleet();
        keys.trust(List.of(fleet.key()));
    }

    @BeforeEach
    void start() throws IOException {
        network = TestNetwork.create(8);
        OneRunner runner = OneRunner.open(network.host(), state, keys);
        node = runner.node();
        gate = runner.gate();
        policy = runner.policy();
    }

    @AfterEach
    void stop() throws IOException {
        node.plane().uninstall();
        node.close();
        network.close();
    }

    @Test
    void of_twenty_large_policies_the_one_in_force_is_in_memory_and_of_the_last_its_rules() {
        List<WeakReference<Object>> policies = new ArrayList<>();
        List<WeakReference<Object>> books = new ArrayList<>();
        List<WeakReference<Object>> rules = new ArrayList<>();
        for (int i = 1; i <= SWAPS; i++) {
            Standing standing = swap(i);
            policies.add(new WeakReference<>(standing.policy()));
            books.add(new WeakReference<>(standing.tables().learned()));
            rules.add(new WeakReference<>(standing.policy().rules()));
        }
        assertTrue(node.learned() >= HOSTS, "carried over from policy to policy");
        await("policies", policies, 1);
        await("books of addresses", books, 1);
        await("lists of rules", rules, 2);
    }

    private Standing swap(int revision) {
        StringBuilder yaml = new StringBuilder("allow:\n");
        for (int i = 0; i < HOSTS; i++) {
            yaml.append("  - host: ").append(name(i)).append("\n    ports: [");
            yaml.append(1000 + revision).append("/tcp]\n");
        }
        var result =
                assertInstanceOf(
                        RunnerPolicy.Result.InForce.class,
                        policy.apply(fleet.sign(revision, idle, yaml.toString())));
        policy.tidy();
        if (revision == 1) {
            for (int i = 0; i < HOSTS; i++) {
                assertTrue(gate.learn(answer(i)));
            }
        }
        return result.standing();
    }

    private static String name(int i) {
        return "n" + i + ".example.com";
    }

    private LearnedAnswer answer(int i) {
        byte[] wire = HostTable.wire(name(i));
        PortProgram program = Objects.requireNonNull(gate.policy().hosts().match(wire, 0));
        byte[] address = new byte[16];
        ByteBuffer.wrap(address).putInt(10, 0xffff << 16).putInt(12, (203 << 24) + i);
        return new LearnedAnswer(gate.policy(), wire, List.of(address), 600, program);
    }

    private static void await(String what, List<WeakReference<Object>> all, int expected) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        long reachable;
        do {
            System.gc();
            reachable = all.stream().filter(each -> each.get() != null).count();
        } while (reachable > expected && System.nanoTime() < deadline);
        assertTrue(reachable <= expected, reachable + " " + what + " are still reachable");
    }
}
