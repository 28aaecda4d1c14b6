package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In the network namespace of the test's own JVM, whose loopback is tracked. */
class TrackedFlowsTest {
    private static final int PROXY = 5353;

    @BeforeEach
    void track() {
        Shell.run(List.of("nft", "add table inet tracking"));
        Shell.run(
                List.of(
                        "nft",
                        "add chain inet tracking out { type nat hook output priority -100; }"));
        Shell.run(
                List.of(
                        "nft",
                        "add rule inet tracking out ip daddr 127.0.0.9 udp dport 53 redirect to :"
                                + PROXY));
    }

    @AfterEach
    void stop() {
        Shell.run(List.of("nft", "delete table inet tracking"));
        TrackedFlows.forgetDns(0, Set.of());
    }

    @Test
    void flowsToPort53AreForgottenInBothFamiliesAndNoOthers() throws IOException {
        send("127.0.0.1", "127.0.0.53", 53);
        send("::1", "::1", 53);
        send("127.0.0.1", "127.0.0.1", 54);
        assertEquals(2, TrackedFlows.forgetDns(PROXY, Set.of()));
        assertEquals(0, TrackedFlows.forgetDns(PROXY, Set.of()));
    }

    @Test
    void flowsThatTheProxyAnswersStay() throws IOException {
        send("127.0.0.1", "127.0.0.9", 53);
        assertEquals(0, TrackedFlows.forgetDns(PROXY, Set.of()));
        assertEquals(1, TrackedFlows.forgetDns(PROXY + 1, Set.of()));
    }

    @Test
    void flowsOfSparedSourcesStay() throws IOException {
        send("127.0.0.1", "127.0.0.53", 53);
        send("127.0.0.2", "127.0.0.53", 53);
        InetAddress spared = InetAddress.ofLiteral("127.0.0.1");
        assertEquals(1, TrackedFlows.forgetDns(PROXY, Set.of(spared)));
        assertEquals(1, TrackedFlows.forgetDns(PROXY, Set.of()));
    }

    private static void send(String from, String to, int port) throws IOException {
        InetAddress source = InetAddress.ofLiteral(from);
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(source, 0));
                DatagramSocket server = server(to, port)) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(to), port);
            socket.send(new DatagramPacket(new byte[1], 1, address));
            assertEquals(port, server.getLocalPort());
        }
    }

    /** Someone is there, so that no error ends the flow. */
    private static DatagramSocket server(String address, int port) throws IOException {
        return new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), port));
    }
}
