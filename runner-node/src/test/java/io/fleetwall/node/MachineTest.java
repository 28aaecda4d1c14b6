package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.Talk;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestMachine;
import io.fleetwall.node.fleet.TestNetwork.Said;
import io.fleetwall.node.fleet.TestWorld;
import io.fleetwall.protocol.event.EventKind;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine that is itself the runner. This JVM is the agent, in a control group of its own; every
 * other process of the machine is started outside of it, as root; a sniffer in the world judges.
 */
class MachineTest {
    private static final List<String> SERVERS =
            List.of("127.0.0.53", "198.51.100.1", "192.0.2.53", "::1", "2001:db8:99::1");

    private final TestMachine machine = TestMachine.create();
    private final TestWorld world = TestWorld.create();
    private final Process services = world.serveAsGateway();
    private final TestAgent agent;

    MachineTest(@TempDir Path place) throws Exception {
        agent =
                TestAgent.create(
                        place,
                        """
                        runners:
                          - { name: r, interface: fw-up, direction: egress }
                        dns: { upstreams: ["198.51.100.1:53"] }
                        """);
        agent.policy("allow:\n  - host: allowed.example\n    ports: [8080]\n");
    }

    @AfterEach
    void stop() throws Exception {
        agent.uninstall();
        services.destroy();
        world.close();
        machine.close();
    }

    @Test
    void what_no_rule_allows_is_refused_within_two_milliseconds_and_never_leaves()
            throws Exception {
        agent.policy("mode: enforce");
        agent.start();
        int before = world.saw().size();
        for (String address : List.of("198.51.100.1", "2001:db8:99::1")) {
            String[] said = machine.refused(address, 8081).split(" ", -1);
            System.out.println("denied connect() to " + address + ": " + said[1] + " us, median");
            assertEquals("ConnectionRefusedError", said[0], () -> String.join(" ", said));
            assertTrue(Long.parseLong(said[1]) < 2000, () -> address + " after " + said[1]);
        }
        assertEquals(List.of(), world.saw().subList(before, world.saw().size()));
        Await.until(() -> agent.told(EventKind.FLOW_DENIED) >= 1, () -> agent.events().toString());
    }

    @Test
    void every_question_of_the_machine_meets_the_proxy_whomever_it_asks() throws Exception {
        agent.start();
        for (String server : SERVERS) {
            for (String transport : List.of("+notcp", "+tcp")) {
                Said allowed = machine.dig(server, transport, "allowed.example");
                assertTrue(allowed.text().contains("198.51.100.1"), () -> server + allowed.text());
                Said refused = machine.dig(server, transport, "leak.example");
                assertTrue(refused.text().contains("REFUSED"), () -> server + refused.text());
            }
        }
        assertTrue(named(world.saw(), "allowed.example"), "the agent's own questions go out");
        assertFalse(named(world.saw(), "leak"));
    }

    @Test
    void an_allowed_name_opens_its_addresses_for_its_port_only() throws Exception {
        agent.start();
        Said answer = machine.dig("127.0.0.53", "+notcp", "allowed.example");
        assertTrue(answer.text().contains("198.51.100.1"), answer::text);
        try (Talk talk = machine.talk("198.51.100.1", 8080)) {
            assertEquals("connected", talk.said());
            assertEquals("hello", talk.say("hello"));
        }
        assertNotEquals("connected", machine.talk("198.51.100.1", 8081).said());
    }

    @Test
    void the_agents_own_sockets_pass_and_those_of_other_root_processes_do_not() throws Exception {
        agent.start();
        try (Socket own = new Socket()) {
            own.connect(new InetSocketAddress("198.51.100.1", 8081), 20_000);
            assertTrue(own.isConnected());
        }
        assertNotEquals("connected", machine.talk("198.51.100.1", 8081).said());
        int before = world.saw().size();
        machine.flushNftables();
        for (String server : List.of("198.51.100.1", "2001:db8:99::1")) {
            for (String transport : List.of("+notcp", "+tcp")) {
                machine.dig(server, transport, "leak.example");
            }
        }
        List<String> seen = world.saw();
        List<String> after = seen.subList(before, seen.size());
        assertFalse(after.stream().anyMatch(line -> line.contains(".53:")), after::toString);
        assertFalse(named(after, "leak"), after::toString);
    }

    /** The agent's questions mix upper and lower case. */
    private static boolean named(List<String> packets, String name) {
        return packets.stream().anyMatch(line -> line.toLowerCase(Locale.ROOT).contains(name));
    }

    @Test
    void a_session_from_outside_survives_the_agent_and_only_listed_ports_answer() throws Exception {
        Process servers = machine.serve(22, 23);
        try (Talk session = world.talk("198.51.100.254", 22, "198.51.100.1")) {
            assertEquals("connected", session.said());
            assertEquals("before", session.say("before"));
            agent.start();
            assertEquals("after", session.say("after"));
            // Over IPv6 from behind a router, as which the world's own address on the link would
            // not
            // pass: advertisements go to link-local addresses only.
            for (List<String> call :
                    List.of(
                            List.of("198.51.100.254", "198.51.100.1"),
                            List.of("2001:db8:99::fe", TestWorld.BEHIND))) {
                try (Talk later = world.talk(call.getFirst(), 22, call.getLast())) {
                    assertEquals("connected", later.said(), () -> call + " " + agent.events());
                    assertEquals("hello", later.say("hello"));
                }
                assertEquals(
                        "TimeoutError",
                        world.talk(call.getFirst(), 23, call.getLast()).said().split(" ", -1)[0]);
            }
        } finally {
            servers.destroy();
        }
    }
}
