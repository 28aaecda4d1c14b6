package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.Talk;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.node.fleet.TestWorld;
import io.fleetwall.protocol.event.EventKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a container's connections, through a real kernel, when its gateway is lost. */
class LockdownTest {
    private static final String WORLD = "198.51.100.1";

    private final TestNetwork network = TestNetwork.create(9);
    private final TestWorld world = TestWorld.create();
    private final Process services = world.serveAsGateway();
    private final TestAgent agent;

    LockdownTest(@TempDir Path place) throws Exception {
        agent =
                TestAgent.create(
                        place,
                        "runners:\n  - { name: r, interface: "
                                + network.host()
                                + " }\ndns: { upstreams: [\"127.0.0.1:5300\"], redirect: false }\n");
        agent.policy("allow:\n  - { cidr: 198.51.100.1/32, ports: [8080/tcp] }\n");
        Await.until(this::connects, () -> "no way into the world");
    }

    @AfterEach
    void stop() throws Exception {
        agent.uninstall();
        services.destroy();
        world.close();
        network.close();
    }

    private void losing(String what) throws Exception {
        String text = Files.readString(agent.file());
        Files.writeString(
                agent.file(),
                text.replace("gateway:\n", "gateway:\n  onGatewayLoss: " + what + "\n"));
    }

    @Test
    void after_the_time_nothing_passes_not_even_after_a_restart_until_a_gateway_is_heard()
            throws Exception {
        losing("lockdown after 10s");
        agent.start();
        assertTrue(connects());
        assertEquals("0", lockedDown());
        try (Talk running = network.talk(WORLD, 8080)) {
            assertEquals("connected", running.said());
            assertEquals("one", running.say("one"));
            agent.gateway().stop();
            assertEquals("two", running.say("two"), "before the time is over");
            Await.until(() -> lockedDown().equals("1"), this::lockedDown);
            Await.until(() -> !connects(), () -> "connections pass");
            assertNotEquals("three", running.say("three"), "a flow that runs");
        }
        agent.stop();
        agent.restart();
        assertEquals("1", lockedDown());
        assertFalse(connects(), "although a good policy is kept");
        agent.gateway().start();
        Await.until(this::connects, () -> "still shut");
        Await.until(() -> lockedDown().equals("0"), this::lockedDown);
        Await.until(() -> told(EventKind.POLICY_MISSING, "locked down: no gateway"), this::events);
        Await.until(() -> told(EventKind.POLICY_APPLIED, "lockdown is over"), this::events);
    }

    @Test
    void where_nothing_is_said_the_last_policy_stays() throws Exception {
        agent.start();
        agent.gateway().stop();
        agent.stop();
        agent.restart();
        assertTrue(connects());
        assertEquals("0", lockedDown());
    }

    private boolean told(EventKind kind, String text) {
        return agent.events().stream()
                .anyMatch(event -> event.kind() == kind && event.toString().contains(text));
    }

    private String events() {
        return agent.events().toString();
    }

    private boolean connects() {
        try (Talk talk = network.talk(WORLD, 8080)) {
            return talk.said().equals("connected");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String lockedDown() {
        try (var in = URI.create("http://127.0.0.1:7172/metrics").toURL().openStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> line.startsWith("fleetwall_locked_down "))
                    .findFirst()
                    .orElseThrow()
                    .split(" ", -1)[1];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
