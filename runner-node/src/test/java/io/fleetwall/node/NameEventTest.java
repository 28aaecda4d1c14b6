package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Naming;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an event says of a name: how it is known, and over which aliases it led to the address. */
class NameEventTest {
    private static final int UPSTREAM = 5300;
    private static final int NO_DATA = 0;
    private static final String CONNECT =
            """
            import socket
            for i in range(3): socket.socket().connect_ex(("198.51.100.7", 4444))
            """;

    @TempDir Path place;

    @Test
    void
            a_denied_flow_tells_its_name_s_aliases_its_runner_s_labels_and_how_long_repeats_were_counted()
                    throws Exception {
        try (TestNetwork network = TestNetwork.create(9);
                DatagramSocket upstream = upstream()) {
            Thread.ofVirtual().start(() -> serve(upstream));
            TestAgent agent =
                    TestAgent.create(
                            place,
                            "runners:\n  - { name: r, interface: %s, labels: [x64, linux] }\n"
                                    .formatted(network.host()));
            agent.policy("allow:\n  - host: www.example\n    ports: [443/tcp]");
            try {
                agent.start();
                String answer = dig(network, "www.example");
                assertTrue(answer.contains("198.51.100.7"), answer);
                dig(network, "other.example");
                network.inside("python3", "-c", CONNECT);
                Await.until(
                        () -> flows(agent).size() >= 2 && agent.told(EventKind.DNS_DENIED) > 0,
                        () -> agent.events().toString());
                assertTold(agent);
            } finally {
                agent.uninstall();
            }
        }
    }

    private static void assertTold(TestAgent agent) {
        Event first = flows(agent).getFirst();
        Destination to = first.destination().orElseThrow();
        assertEquals("www.example", to.name());
        assertEquals(new Naming(Naming.Source.DNS_ANSWER, List.of("edge.example")), to.naming());
        assertEquals(List.of("linux", "x64"), first.labels());
        assertEquals(Duration.ZERO, first.window());
        Event repeats = flows(agent).getLast();
        assertEquals(2, repeats.count());
        assertEquals(Duration.ofSeconds(5), repeats.window());
        Event refused =
                agent.events().stream()
                        .filter(event -> event.kind() == EventKind.DNS_DENIED)
                        .findFirst()
                        .orElseThrow();
        assertEquals(
                new Naming(Naming.Source.DNS_QUESTION, List.of()),
                refused.destination().orElseThrow().naming());
        assertEquals(List.of("linux", "x64"), refused.labels());
    }

    private static String dig(TestNetwork network, String name) throws IOException {
        return network.inside("dig", "+tries=1", "+time=20", "@10.0.9.1", name, "A").text();
    }

    private static List<Event> flows(TestAgent agent) {
        return agent.events().stream()
                .filter(event -> event.kind() == EventKind.FLOW_DENIED)
                .filter(event -> event.destination().orElseThrow().port() == 4444)
                .toList();
    }

    private static DatagramSocket upstream() throws IOException {
        return new DatagramSocket(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), UPSTREAM));
    }

    /** Any name is an alias of {@code edge.example}, which has one address. */
    private static void serve(DatagramSocket upstream) {
        byte[] buffer = new byte[4096];
        try {
            while (!upstream.isClosed()) {
                DatagramPacket query = new DatagramPacket(buffer, buffer.length);
                upstream.receive(query);
                byte[] answer = answer(ByteBuffer.wrap(buffer, 0, query.getLength()));
                upstream.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
            }
        } catch (IOException closed) {
            // the test is over: this thread's work is done
            return;
        }
    }

    private static byte[] answer(ByteBuffer query) {
        int end = 12;
        while (query.get(end) != 0) {
            end += 1 + query.get(end);
        }
        end += 5;
        boolean address = query.getShort(end - 4) == 1;
        byte[] question = new byte[end - 12];
        query.get(12, question);
        byte[] alias = "\4edge\7example\0".getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer answer = ByteBuffer.allocate(512);
        answer.putShort(query.getShort(0)).putShort((short) 0x8180).putShort((short) 1);
        answer.putShort((short) (address ? 2 : NO_DATA)).putInt(0).put(question);
        if (address) {
            answer.putShort((short) 0xc00c).putInt(0x0005_0001).putInt(60);
            answer.putShort((short) alias.length).put(alias);
            answer.put(alias).putInt(0x0001_0001).putInt(60).putShort((short) 4);
            answer.put(new byte[] {(byte) 198, 51, 100, 7});
        }
        byte[] bytes = new byte[answer.position()];
        answer.get(0, bytes);
        return bytes;
    }
}
