package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestMachine;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.node.fleet.TestNetwork.Said;
import io.fleetwall.node.fleet.TestWorld;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.ProcessIdentity;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gateway hears of a real process that was refused a connection, and is gone by then. */
class ProcessEventTest {
    private static final String[] STEP = {
        "bash",
        "-c",
        """
        python3 -c 'import os, socket, sys
        print(os.getpid(), flush=True)
        socket.socket().connect_ex((sys.argv[1], 4444))' 198.51.100.1 --token hunter2
        true
        """
    };

    @TempDir Path place;

    @Test
    void a_container_s_process_is_named_with_its_parents_and_without_its_secrets()
            throws Exception {
        try (TestNetwork network = TestNetwork.create(7)) {
            TestAgent agent = TestAgent.create(place, network.host(), "");
            try {
                agent.start();
                assertNamed(agent, network.inside(STEP));
            } finally {
                agent.uninstall();
            }
        }
    }

    @Test
    void so_is_a_process_of_a_machine_that_is_the_runner() throws Exception {
        String yaml = "runners:\n  - { name: r, interface: fw-up, direction: egress }\n";
        try (TestMachine machine = TestMachine.create();
                TestWorld world = TestWorld.create()) {
            TestAgent agent = TestAgent.create(place, yaml);
            try {
                agent.start();
                assertNamed(agent, machine.say(STEP));
                assertEquals(
                        List.of(), world.saw().stream().filter(l -> l.contains("4444")).toList());
            } finally {
                agent.uninstall();
            }
        }
    }

    private static void assertNamed(TestAgent agent, Said step) {
        Await.until(() -> !denied(agent).isEmpty(), () -> agent.events().toString());
        ProcessIdentity process = denied(agent).getFirst().process().orElseThrow();
        assertEquals(step.text().strip(), Integer.toString(process.pid()));
        assertEquals(0, process.uid());
        assertTrue(process.name().startsWith("python3"), process::text);
        assertTrue(process.executable().contains("/bin/python3"), process::executable);
        assertTrue(process.command().endsWith("198.51.100.1 --token ***"), process::command);
        assertFalse(agent.events().toString().contains("hunter2"));
        assertEquals(2, process.parents().stream().limit(2).count(), process::text);
        assertEquals(ProcessHandle.current().pid(), process.parents().get(1).pid(), process::text);
        assertEquals("java", process.parents().get(1).name());
    }

    private static List<Event> denied(TestAgent agent) {
        return agent.events().stream()
                .filter(event -> event.kind() == EventKind.FLOW_DENIED)
                .filter(event -> event.destination().orElseThrow().port() == 4444)
                .toList();
    }
}
