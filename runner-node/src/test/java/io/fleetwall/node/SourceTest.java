package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.node.fleet.TestWorld;
import io.fleetwall.protocol.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * In whose name a container sends, to where its policy lets it. No nftables of ours stand behind
 * the filter, and the node's kernel does not look: the sniffer in the world judges the filter.
 */
class SourceTest {
    private static final List<String> OWN = List.of("10.0.9.2", "fd00:9::2");
    private static final List<String> BORROWED = List.of("10.9.9.9", "fd99::9");

    private final TestNetwork network = TestNetwork.create(9);
    private final TestWorld world = TestWorld.create();
    private final Path place;
    private TestAgent agent;

    SourceTest(@TempDir Path place) throws Exception {
        this.place = place;
        agent = agent("");
        for (String name : List.of("all", network.host())) {
            Files.writeString(Path.of("/proc/sys/net/ipv4/conf", name, "rp_filter"), "0");
        }
        network.inside("ip", "link", "set", "lo", "up");
        network.inside("ip", "addr", "add", "10.9.9.9/32", "dev", "lo");
        network.inside("ip", "addr", "add", "fd99::9/128", "dev", "lo", "nodad");
        // Neighbours are asked for as soon as the links' own addresses are settled.
        Await.until(() -> passing(OWN).equals(OWN), () -> "no way into the world");
    }

    private TestAgent agent(String more) throws Exception {
        String runner = "runners:\n  - { name: r, interface: " + network.host() + more + " }\n";
        TestAgent made =
                TestAgent.create(
                        place,
                        runner + "dns: { upstreams: [\"127.0.0.1:5300\"], redirect: false }\n");
        made.policy(
                """
                allow:
                  - { cidr: 198.51.100.1/32, ports: [9999/udp] }
                  - { cidr: 2001:db8:99::1/128, ports: [9999/udp] }
                """);
        return made;
    }

    @AfterEach
    void stop() throws Exception {
        agent.uninstall();
        world.close();
        network.close();
    }

    @Test
    void a_borrowed_name_is_stopped_and_told_and_the_own_one_passes() throws Exception {
        assertEquals(BORROWED, arriving(BORROWED), "without the filter");
        agent.start();
        assertEquals(OWN, arriving(OWN));
        assertEquals(List.of(), passing(BORROWED));
        Await.until(() -> spoofed().count() == 2, () -> agent.events().toString());
    }

    @Test
    void what_is_routed_to_a_container_is_its_own_and_no_more_when_the_route_goes()
            throws Exception {
        agent.start();
        route("add", "10.9.9.9/32");
        route("add", "fd99::9/128");
        Await.until(() -> passes("10.9.9.9") && passes("fd99::9"), () -> "stopped");
        route("delete", "10.9.9.9/32");
        route("delete", "fd99::9/128");
        Await.until(() -> !passes("10.9.9.9") && !passes("fd99::9"), () -> "still passes");
    }

    @Test
    void what_the_configuration_says_counts_instead() throws Exception {
        agent.gateway().close();
        agent = agent(", sources: [10.9.9.9, \"fd99::/64\"]");
        agent.start();
        assertEquals(BORROWED, arriving(BORROWED));
        assertEquals(List.of(), passing(OWN));
    }

    @Test
    void an_address_that_is_flushed_does_not_open_anything() throws Exception {
        agent.start();
        TestNetwork.run("ip", "addr", "flush", "dev", network.host());
        // Two of its events are two of the agent's looks later.
        Await.until(
                () -> {
                    assertFalse(passes("10.9.9.9"));
                    return spoofed().count() >= 3;
                },
                () -> agent.events().toString());
    }

    private List<String> passing(List<String> sources) {
        return sources.stream().filter(this::passes).toList();
    }

    /** Those that arrive, which may take a loaded machine a while. */
    private List<String> arriving(List<String> sources) {
        for (String source : sources) {
            long before = arrivals(source);
            send(source);
            Await.until(() -> arrivals(source) > before, () -> source + " does not arrive");
        }
        return sources;
    }

    private Stream<Event> spoofed() {
        return agent.events().stream()
                .filter(event -> event.judgement().isPresent())
                .filter(event -> event.judgement().get().reason().equals("source-spoofed"));
    }

    private boolean passes(String source) {
        long before = arrivals(source);
        send(source);
        return arrivals(source) > before;
    }

    private void send(String source) {
        boolean sixth = source.contains(":");
        try {
            network.inside(
                    "python3",
                    "-c",
                    """
                    import socket, sys
                    s = socket.socket(int(sys.argv[1]), socket.SOCK_DGRAM)
                    s.bind((sys.argv[2], 0))
                    s.sendto(b"x", (sys.argv[3], 9999))
                    """,
                    sixth ? "10" : "2",
                    source,
                    sixth ? "2001:db8:99::1" : "198.51.100.1");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void route(String verb, String prefix) throws IOException {
        TestNetwork.run("ip", "route", verb, prefix, "dev", network.host());
    }

    /** Datagrams of this source that left the node. */
    private long arrivals(String source) {
        try {
            return world.saw().stream()
                    .filter(line -> line.matches(".* IP6? " + source + "\\.\\d+ > .*"))
                    .count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
