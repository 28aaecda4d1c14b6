package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.node.fleet.TestWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many questions at once through the redirect: their replies go through address translation and the
 * filter as a few packets, and come out as datagrams.
 */
class DnsBurstTest {
    private static final String ASK =
            """
            import socket
            ends = ((socket.AF_INET, "198.51.100.1"), (socket.AF_INET6, "2001:db8:99::1"))
            for family, address in ends:
                asker = socket.socket(family, socket.SOCK_DGRAM)
                asker.settimeout(20)
                asker.connect((address, 53))
                head = bytes.fromhex("01000001000000000000")
                for i in range(128):
                    name = b"\\x04%04d\\x04test\\x00" % i
                    asker.send(i.to_bytes(2, "big") + head + name + b"\\x00\\x01\\x00\\x01")
                seen = set()
                try:
                    while len(seen) < 128:
                        reply = asker.recv(512)
                        seen.add((reply[0] * 256 + reply[1], reply[13:17]))
                except TimeoutError:
                    pass
                right = [i for i in range(128) if (i, b"%04d" % i) in seen]
                print(address, len(right), len(seen))
            """;

    private final TestNetwork network = TestNetwork.create(9);
    private final TestWorld world = TestWorld.create();
    private final TestAgent agent;

    DnsBurstTest(@TempDir Path place) throws Exception {
        agent = TestAgent.create(place, network.host(), "");
    }

    @AfterEach
    void stop() throws Exception {
        agent.uninstall();
        world.close();
        network.close();
    }

    @Test
    void every_reply_arrives_over_ipv4_and_ipv6() throws Exception {
        agent.start();
        var said = network.inside("python3", "-c", ASK);
        assertEquals("198.51.100.1 128 128\n2001:db8:99::1 128 128\n", said.text());
    }
}
