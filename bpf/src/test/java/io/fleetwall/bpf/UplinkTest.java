package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.verdict.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A machine behind its uplink that denies everything, called by somebody on the other side. */
@Timeout(180)
class UplinkTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/uplink");
    private static final int PORT = 8443;
    private static final Set<InboundPort> LISTED =
            Set.of(new InboundPort(InboundPort.Protocol.TCP, PORT));

    private JobNamespace outside;
    private DataPlane plane;
    private int ifindex;
    private EchoServer server;

    @BeforeEach
    void deniesEverything() {
        outside = new JobNamespace();
        ifindex = Interfaces.indexOf(JobNamespace.HOST_LINK);
        server = new EchoServer("0.0.0.0", PORT);
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        plane.attach(JobNamespace.HOST_LINK, ifindex, Direction.EGRESS);
        plane.permissions()
                .selfAddresses(
                        ifindex,
                        Set.of(
                                InetAddress.ofLiteral("10.77.0.1"),
                                InetAddress.ofLiteral("fd77::1")));
        TableSet set = plane.build(Policies.DENY_ALL, 1, new byte[32]);
        plane.flip(ifindex, set, SlotOptions.NONE);
    }

    @AfterEach
    void takesItDown() throws IOException {
        server.close();
        plane.uninstall();
        outside.close();
    }

    private String call(String address) {
        return outside.attack("connect.py", "tcp", address, "" + PORT);
    }

    @Test
    void aCallIsAnsweredWhileItsPortIsListed() {
        assertTrue(call("10.77.0.1").startsWith("TIMEOUT"));
        plane.permissions().inbound(ifindex, LISTED);
        assertTrue(call("10.77.0.1").startsWith("OK"));
        // The handshake and the data; the last acknowledgement may still be on its way.
        long replies = plane.telemetry().counters().getOrDefault(Reason.ALLOWED_REPLY, 0L);
        assertTrue(replies >= 2, replies + " replies");
        plane.permissions().inbound(ifindex, Set.of());
        assertTrue(call("10.77.0.1").startsWith("TIMEOUT"));
    }

    /** Its neighbour asks from fd77::2 who has fd77::1, as every Linux does. */
    @Test
    void aNeighbourThatAsksFromAGlobalAddressIsAnswered() {
        plane.permissions().inbound(ifindex, LISTED);
        assertTrue(call("fd77::1").startsWith("OK"));
        assertTrue(plane.telemetry().counters().getOrDefault(Reason.ALLOWED_NEIGHBOUR, 0L) > 0);
    }

    @Test
    void aForwardedPacketIsNobodysReply() {
        plane.permissions().inbound(ifindex, LISTED);
        plane.permissions().sources(ifindex, Set.of(Policies.network("10.78.0.0/24")));
        Shell.run("ip netns add box");
        Shell.run("ip link add boxhost type veth peer name eth0 netns box");
        try {
            Shell.run("ip addr add 10.78.0.1/24 dev boxhost");
            Shell.run("ip link set boxhost up");
            Shell.run("ip -n box addr add 10.78.0.2/24 dev eth0");
            Shell.run("ip -n box link set eth0 up");
            Shell.run("ip -n box route add default via 10.78.0.1");
            Shell.run("sysctl -q -w net.ipv4.ip_forward=1");
            // Nothing listens in the box: its answer is a reset, which would be a reply all the
            // same.
            assertTrue(call("10.78.0.2").startsWith("TIMEOUT"));
            assertEquals(0L, plane.telemetry().counters().getOrDefault(Reason.ALLOWED_REPLY, 0L));
            plane.detach(ifindex);
            assertTrue(call("10.78.0.2").startsWith("ECONNREFUSED"));
        } finally {
            Shell.run("ip link del boxhost");
            Shell.run("ip netns del box");
        }
    }

    @Test
    void whoIsContainedListsNoPorts() {
        plane.detach(ifindex);
        plane.attach(JobNamespace.HOST_LINK, ifindex, Direction.INGRESS);
        assertThrows(
                IllegalArgumentException.class, () -> plane.permissions().inbound(ifindex, LISTED));
    }
}
