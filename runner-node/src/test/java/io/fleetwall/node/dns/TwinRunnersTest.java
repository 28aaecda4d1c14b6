package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.fleet.TestNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two containers with the same address, as container engines make them: the device tells them. */
@Timeout(180)
final class TwinRunnersTest {
    private static final List<String> TWINS = List.of("a", "b");
    private static final int PORT = 5353;

    private final StubUpstream upstream = new StubUpstream(Zone::answer);
    private final Bench bench = new Bench("  allow: []\n", upstream.address());

    TwinRunnersTest() throws Exception {}

    @BeforeEach
    void lay() throws IOException {
        Files.writeString(Path.of("/proc/sys/net/ipv4/conf/all/rp_filter"), "0");
        Files.writeString(Path.of("/proc/sys/net/ipv4/conf/default/rp_filter"), "0");
        for (String twin : TWINS) {
            TestNetwork.run("ip", "netns", "add", "twin-" + twin);
            run("ip link add fw-y" + twin + " type veth peer name eth0 netns twin-" + twin);
            run("ip addr add 10.9.9.1/24 dev fw-y" + twin);
            run("ip link set fw-y" + twin + " up");
            run(inside(twin) + "ip addr add 10.9.9.2/24 dev eth0");
            run(inside(twin) + "ip link set eth0 up");
        }
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
        upstream.close();
        for (String twin : TWINS) {
            run("ip link delete fw-y" + twin);
            run("ip netns delete twin-" + twin);
        }
    }

    @Test
    void each_is_judged_by_its_own_policy_over_udp_and_tcp() throws Exception {
        TestGate first = serve("a", "  allow: [{host: 'a.acme.test'}]\n");
        TestGate second = serve("b", "  allow: [{host: 'b.acme.test'}]\n");
        for (String transport : List.of("+notcp", "+tcp")) {
            assertEquals("NOERROR", status("a", transport, "a.acme.test"));
            assertEquals("REFUSED", status("b", transport, "a.acme.test"));
            assertEquals("NOERROR", status("b", transport, "b.acme.test"));
            assertEquals("REFUSED", status("a", transport, "b.acme.test"));
        }
        assertEquals(List.of("b.acme.test", "b.acme.test"), denied(first));
        assertEquals(List.of("a.acme.test", "a.acme.test"), denied(second));
        assertEquals(1, first.learned.size(), "taught once, to its own tables");
        assertEquals(1, second.learned.size());
    }

    /** Address and port are the client's to choose. */
    private static String status(String twin, String transport, String name) throws IOException {
        String command =
                inside(twin)
                        + "dig +time=20 +tries=1 -b 10.9.9.2#40053 -p "
                        + (PORT + " @10.9.9.1 " + transport + " " + name + " A");
        String said = TestNetwork.say(List.of(command.split(" ", -1))).text();
        int at = said.indexOf("status: ");
        assertTrue(at > 0, said);
        return said.substring(at + 8, said.indexOf(',', at));
    }

    private TestGate serve(String twin, String policy) throws Exception {
        TestGate gate = new TestGate(policy);
        bench.proxy
                .addRunner(
                        new DnsRunner(
                                "twin-" + twin,
                                Optional.of("fw-y" + twin),
                                List.of(new InetSocketAddress("0.0.0.0", PORT)),
                                gate))
                .join();
        return gate;
    }

    private static List<String> denied(TestGate gate) {
        return gate.denials.stream().map(DnsDenial::name).toList();
    }

    private static String inside(String twin) {
        return "nsenter --net=/run/netns/twin-" + twin + " ";
    }

    private static void run(String line) throws IOException {
        TestNetwork.run(line.split(" ", -1));
    }
}
