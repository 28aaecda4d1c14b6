package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.DnsCounters.Count;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class UpstreamTest {
    private static final String POLICY = "  allow: [{host: '**.acme.test'}]\n";

    private StubUpstream upstream;
    private Bench bench;

    @BeforeEach
    void start() throws Exception {
        upstream = new StubUpstream(Zone::answer);
        bench = new Bench(POLICY, upstream.address());
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
        upstream.close();
    }

    @Test
    void questions_have_random_ids_ports_and_letter_case_and_nothing_of_the_client()
            throws Exception {
        HashSet<Integer> ids = new HashSet<>();
        HashSet<String> spellings = new HashSet<>();
        for (int i = 0; i < 64; i++) {
            bench.ask(
                    Message.query(7, "a-rather-long-name-" + i + ".acme.test", 1).edns(512).done());
        }
        for (byte[] query : upstream.udpQueries()) {
            ids.add(((query[0] & 0xff) << 8) | (query[1] & 0xff));
            spellings.add(new String(query, 13, 18, java.nio.charset.StandardCharsets.US_ASCII));
            assertEquals(Message.questionEnd(query) + 11, query.length);
            int payload = Message.questionEnd(query) + 3;
            assertEquals(1232, ((query[payload] & 0xff) << 8) | (query[payload + 1] & 0xff));
        }
        assertTrue(ids.size() > 60, ids.toString());
        assertTrue(spellings.size() > 60, spellings.toString());
        assertTrue(new HashSet<>(upstream.ports()).size() > 2, upstream.ports().toString());
        assertEquals("a-rather-long-name", spellings.iterator().next().toLowerCase(Locale.ROOT));
    }

    @Test
    void replies_with_a_wrong_id_question_or_case_are_ignored() throws Exception {
        upstream.overUdp(query -> {
            byte[] forged = reply(query, "06060606");
            List<byte[]> replies = new ArrayList<>();
            replies.add(with(forged, 1, forged[1] ^ 1));
            replies.add(with(forged, 13, 'x'));
            replies.add(with(forged, 2, forged[2] & 0x7f));
            replies.add(new byte[] {forged[0], forged[1]});
            replies.add(reply(query, "c0000201"));
            return replies;
        });

        assertEquals(List.of("c0000201"), bench.ask("www.acme.test", 1).data());
        assertEquals(1, bench.gate.learned.size());
    }

    @Test
    void a_reply_from_another_address_is_ignored() throws Exception {
        try (DatagramSocket forger =
                new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            upstream.overUdp(query -> {
                byte[] forged = reply(query, "06060606");
                int port = upstream.ports().getLast();
                send(forger, forged, port);
                return List.of(reply(query, "c0000201"));
            });

            assertEquals(List.of("c0000201"), bench.ask("www.acme.test", 1).data());
        }
    }

    @Test
    void an_upstream_that_folds_letter_case_is_asked_over_tcp() throws Exception {
        upstream.overUdp(query -> {
            byte[] folded = reply(query, "06060606");
            for (int i = 12; i < Message.questionEnd(folded) - 4; i++) {
                folded[i] = (byte) Character.toLowerCase(folded[i]);
            }
            return List.of(folded);
        });

        assertEquals(List.of("c0000201"), bench.ask("www.acme.test", 1).data());
        assertEquals(1, upstream.tcpQueries().size());
    }

    @Test
    void a_truncated_reply_is_asked_again_over_tcp_and_fits_the_client() throws Exception {
        upstream.overUdp(query -> List.of(Message.response(query, 0x8380).done()));

        String udp = bench.dig("+edns=0", "many.acme.test", "A");

        assertEquals(1, upstream.tcpQueries().size());
        assertTrue(udp.contains("ANSWER: 4"), udp);
    }

    @Test
    void a_reply_too_long_for_the_client_is_truncated_and_whole_over_tcp() throws Exception {
        String target = "t".repeat(60) + "." + "u".repeat(60) + "." + "v".repeat(60);
        upstream.overUdp(query -> List.of(longChain(query, target)));
        upstream.overTcp(query -> List.of(longChain(query, target)));

        Reply udp = bench.ask(Message.query(5, "www.acme.test", 1).done());
        assertTrue(udp.truncated());
        assertEquals(0, udp.answers());

        String session = bench.dig("+noedns", "www.acme.test", "A");
        assertTrue(session.contains("Truncated, retrying in TCP mode"), session);
        assertTrue(session.contains("ANSWER: 5"), session);
    }

    @Test
    void a_silent_upstream_is_followed_by_the_next_and_then_asked_last() throws Exception {
        try (StubUpstream silent = new StubUpstream(_ -> List.of());
                Bench two = Bench.impatient(POLICY, silent.address(), upstream.address())) {
            assertEquals(0, two.ask("one.acme.test", 1).code());
            assertEquals(0, two.ask("two.acme.test", 1).code());

            assertEquals(1, silent.udpQueries().size());
            assertEquals(2, upstream.udpQueries().size());
        }
    }

    @Test
    void an_upstream_that_is_not_there_costs_no_timeout() throws Exception {
        InetSocketAddress gone = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
        try (Bench two = new Bench(POLICY, gone, upstream.address())) {
            assertEquals(0, two.ask("one.acme.test", 1).code());
        }
    }

    @Test
    void no_upstream_at_all_is_a_failure_that_says_so() throws Exception {
        try (Bench impatient = Bench.impatient(POLICY, upstream.address())) {
            String session = impatient.dig("silent.acme.test", "A");

            assertTrue(session.contains("status: SERVFAIL"), session);
            assertTrue(session.contains("EDE: 22 (No Reachable Authority): (fleetwall: no ups"));
            assertEquals(2, upstream.udpQueries().size());
            assertEquals(1, impatient.proxy.counters().get(Count.UNRESOLVED));
        }
    }

    @Test
    void an_upstream_that_fails_is_followed_by_the_next() throws Exception {
        try (StubUpstream healthy = new StubUpstream(q -> List.of(reply(q, "c0000201")));
                Bench two = new Bench(POLICY, upstream.address(), healthy.address())) {
            assertEquals(List.of("c0000201"), two.ask("broken.acme.test", 1).data());
        }
    }

    @Test
    void identical_questions_under_way_are_asked_once() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(1);
        upstream.overUdp(query -> {
            asked.countDown();
            await(all);
            return Zone.answer(query);
        });
        for (int i = 0; i < 20; i++) {
            bench.send(Message.query(100 + i, "www.acme.test", 1).done());
        }
        await(asked);
        Await.until("20 misses", () -> bench.proxy.counters().get(Count.MISSES) == 20);
        all.countDown();

        HashSet<Integer> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            ids.add(bench.receive().id());
        }
        assertEquals(20, ids.size());
        assertEquals(1, upstream.udpQueries().size());
        assertEquals(1, bench.gate.learned.size());
    }

    @Test
    void a_runner_cannot_have_more_than_its_share_under_way() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        upstream.overUdp(query -> {
            await(end);
            return Zone.answer(query);
        });
        for (int i = 0; i < 65; i++) {
            bench.send(Message.query(i, "n" + i + ".acme.test", 1).done());
        }
        assertEquals(2, bench.receive().code());
        assertEquals(1, bench.proxy.counters().get(Count.OVERLOADED));
        end.countDown();
    }

    @Test
    void do_and_cd_reach_the_upstream_and_separate_the_cache() throws Exception {
        bench.dig("+dnssec", "www.acme.test", "A");
        bench.dig("+cdflag", "www.acme.test", "A");
        bench.dig("www.acme.test", "A");

        assertEquals(3, upstream.udpQueries().size());
        byte[] dnssec = upstream.udpQueries().get(0);
        byte[] checking = upstream.udpQueries().get(1);
        assertNotEquals(0, dnssec[dnssec.length - 4] & 0x80);
        assertEquals(0x10, checking[3] & 0x10);
        assertEquals(0, checking[checking.length - 4] & 0x80);
    }

    private static byte[] reply(byte[] query, String address) {
        String name = Zone.name(query);
        return Message.response(query, 0x8180).answer(name, 1, 300, address).done();
    }

    private static byte[] longChain(byte[] query, String target) {
        Message reply = Message.response(query, 0x8180);
        String owner = Zone.name(query);
        for (int i = 0; i < 4; i++) {
            String next =
                    i + "." + target.replace('t', (char) ('a' + i)).replace('u', (char) ('e' + i));
            reply.answer(owner, 5, 300, Message.name(next));
            owner = next;
        }
        return reply.answer(owner, 1, 300, "c0000201").done();
    }

    private static byte[] with(byte[] message, int at, int value) {
        byte[] changed = message.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static void send(DatagramSocket socket, byte[] message, int port) {
        try {
            socket.send(
                    new DatagramPacket(
                            message, message.length, InetAddress.getLoopbackAddress(), port));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
