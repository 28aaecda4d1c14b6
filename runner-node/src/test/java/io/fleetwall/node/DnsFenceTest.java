package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.node.fleet.TestWorld;
import io.fleetwall.node.redirect.Nftables;
import io.fleetwall.protocol.event.EventKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody flushes nftables; a sniffer behind the node judges whether DNS got out. */
class DnsFenceTest {
    private final TestNetwork network = TestNetwork.create(9);
    private final TestWorld world = TestWorld.create();
    private final TestAgent agent;
    private int ports = 20_000;

    DnsFenceTest(@TempDir Path place) throws Exception {
        agent = TestAgent.create(place, network.host(), "");
    }

    @AfterEach
    void stop() throws Exception {
        agent.uninstall();
        world.close();
        network.close();
    }

    @Test
    void nothing_gets_out_while_the_agent_lives_and_the_rules_are_back_within_two_seconds()
            throws Exception {
        attack(1);
        // Neighbour discovery may hold the first packets back; the last of each family is out here.
        awaitSeen("IP 10.0.9.2.20002 > 198.51.100.1.53: Flags [S]");
        awaitSeen("IP6 fd00:9::2.20005 > 2001:db8:99::1.53: Flags [S]");
        agent.start();
        int before = world.saw().size();
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            flush();
            long flushed = System.nanoTime();
            attack(2);
            Await.until(DnsFenceTest::redirected, () -> "the redirect is not back");
            all.add((System.nanoTime() - flushed) / 1_000_000);
            attack(1);
        }
        // What else runs on the machine makes some of them longer.
        assertTrue(Collections.min(all) < 2000, () -> "back after " + all + " ms");
        assertEquals(List.of(), world.saw().subList(before, world.saw().size()));
        Await.until(() -> agent.told(EventKind.TAMPER_TABLE) >= 1, () -> agent.events().toString());
        var said = network.inside("dig", "+time=10", "+tries=1", "@198.51.100.1", "a.example");
        assertTrue(said.text().contains("status: "), said::text);
    }

    @Test
    void nothing_gets_out_while_the_agent_is_dead_and_a_restart_repairs_it() throws Exception {
        agent.start();
        int before = world.saw().size();
        agent.stop();
        flush();
        attack(5);
        assertEquals(List.of(), world.saw().subList(before, world.saw().size()));
        agent.start();
        assertTrue(redirected());
        attack(1);
        assertEquals(List.of(), world.saw().subList(before, world.saw().size()));
        var said = network.inside("dig", "+tcp", "+time=10", "+tries=1", "@2001:db8:99::1", "a.b");
        assertTrue(said.text().contains("status: "), said::text);
    }

    @Test
    void a_routing_rule_that_was_removed_is_put_back_and_told() throws Exception {
        agent.start();
        String gone = "ip rule del pref 3; ip -6 rule del pref 1";
        assertEquals(0, new ProcessBuilder("sh", "-c", gone).start().waitFor());
        Await.until(io.fleetwall.bpf.DnsFence::stands, () -> "the fence is not back");
        Await.until(() -> agent.told(EventKind.TAMPER_TABLE) >= 1, () -> agent.events().toString());
    }

    private static boolean redirected() {
        try {
            return Nftables.listing().contains("redirect to :5353");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flush() throws Exception {
        assertEquals(0, new ProcessBuilder("nft", "flush", "ruleset").start().waitFor());
    }

    private void awaitSeen(String packet) {
        Await.until(
                () -> saw().stream().anyMatch(line -> line.contains(packet)),
                () -> saw().toString());
    }

    private List<String> saw() {
        try {
            return world.saw();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void attack(int rounds) throws Exception {
        String script =
                Path.of(DnsFenceTest.class.getResource("ask-anywhere.py").toURI()).toString();
        var said =
                network.inside(
                        "python3", script, Integer.toString(rounds), Integer.toString(ports));
        ports += 1000;
        assertEquals(0, said.status(), said::text);
    }
}
