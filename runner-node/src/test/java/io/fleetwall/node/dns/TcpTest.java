package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class TcpTest {
    private StubUpstream upstream;
    private Bench bench;

    @BeforeEach
    void start() throws Exception {
        upstream = new StubUpstream(Zone::answer);
        bench = new Bench("  allow: [{host: '**.acme.test'}]\n", upstream.address());
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
        upstream.close();
    }

    @Test
    void pipelined_queries_are_all_answered_also_beyond_the_limit_under_way() throws Exception {
        int count = 200;
        ByteBuffer queries = ByteBuffer.allocate(count * 64);
        for (int i = 0; i < count; i++) {
            put(queries, Message.query(i, "n" + i + ".acme.test", 1).done());
        }
        try (Socket client = connect()) {
            client.getOutputStream().write(queries.array(), 0, queries.position());
            HashSet<Integer> ids = new HashSet<>();
            for (int i = 0; i < count; i++) {
                Reply reply = read(client);
                assertEquals(List.of("c0000201"), reply.data());
                ids.add(reply.id());
            }
            assertEquals(count, ids.size());
        }
    }

    @Test
    void a_query_in_single_bytes_is_answered() throws Exception {
        ByteBuffer query = ByteBuffer.allocate(64);
        put(query, Message.query(8, "www.acme.test", 1).done());
        try (Socket client = connect()) {
            client.setTcpNoDelay(true);
            for (int i = 0; i < query.position(); i++) {
                client.getOutputStream().write(query.get(i));
                client.getOutputStream().flush();
            }
            assertEquals(8, read(client).id());
        }
    }

    @Test
    void a_connection_without_a_complete_query_is_closed() throws Exception {
        try (Bench impatient = Bench.impatient("  allow: []\n", upstream.address());
                Socket client = connect(impatient)) {
            client.getOutputStream().write(new byte[] {0, 40, 1, 2, 3});
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @Test
    void connections_beyond_the_limit_are_closed_at_once() throws Exception {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Socket client = connect();
            client.getOutputStream().write(frame(Message.query(i, "www.acme.test", 1).done()));
            read(client);
            clients.add(client);
        }
        try (Socket fifth = connect()) {
            assertEquals(-1, fifth.getInputStream().read());
        }
        for (Socket client : clients) {
            client.close();
        }
    }

    @Test
    void a_frame_longer_than_any_query_is_a_format_error_and_the_end() throws Exception {
        byte[] start = Message.query(77, "www.acme.test", 1).done();
        ByteBuffer frame = ByteBuffer.allocate(2 + start.length);
        frame.putShort((short) 0xffff).put(start);
        try (Socket client = connect()) {
            client.getOutputStream().write(frame.array());
            Reply reply = read(client);
            assertEquals(77, reply.id());
            assertEquals(1, reply.code());
            assertEquals(-1, client.getInputStream().read());
        }
        assertEquals(List.of(), upstream.udpQueries());
    }

    private Socket connect() throws IOException {
        return connect(bench);
    }

    private static Socket connect(Bench bench) throws IOException {
        Socket client = new Socket(bench.address.getAddress(), bench.address.getPort());
        client.setSoTimeout(20_000);
        return client;
    }

    private static Reply read(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        return new Reply(in.readNBytes(in.readUnsignedShort()));
    }

    private static byte[] frame(byte[] message) {
        ByteBuffer frame = ByteBuffer.allocate(2 + message.length);
        put(frame, message);
        return frame.array();
    }

    private static void put(ByteBuffer frames, byte[] message) {
        frames.putShort((short) message.length).put(message);
    }
}
