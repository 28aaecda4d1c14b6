package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.node.fleet.Talk;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.node.fleet.TestWorld;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that asks a resolver outside when the agent begins, and goes on over the same socket. */
class OldFlowsTest {
    private static final String REFUSED = "code 5";

    private final TestNetwork network = TestNetwork.create(9);
    private final TestWorld world = TestWorld.create();
    private final Process outside = world.serveAsGateway();
    private final TestAgent agent;

    OldFlowsTest(@TempDir Path place) throws Exception {
        agent = TestAgent.create(place, network.host(), "");
        // Somebody else's rules, by which the kernel tracks connections before the agent comes.
        TestNetwork.run("nft", "add table inet others");
        TestNetwork.run(
                "nft", "add chain inet others forward { type filter hook forward priority 0; }");
        TestNetwork.run("nft", "add rule inet others forward ct state established accept");
    }

    @AfterEach
    void stop() throws Exception {
        agent.uninstall();
        TestNetwork.run("nft", "delete table inet others");
        outside.destroy();
        world.close();
        network.close();
    }

    @Test
    void a_flow_that_is_older_than_the_redirect_meets_the_proxy_with_its_next_question()
            throws Exception {
        try (Talk job = network.asks("198.51.100.1", 20_053)) {
            assertEquals("connected", job.said());
            assertEquals("code 0", job.say("a.example"), "before the agent, the resolver outside");
            agent.start();
            int before = world.saw().size();
            assertEquals(REFUSED, job.say("b.example"), "the proxy, by policy");
            assertEquals(REFUSED, job.say("c.example"));
            List<String> saw = world.saw();
            assertEquals(List.of(), saw.subList(before, saw.size()), "nothing got out");
        }
    }
}
