package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.DnsCounters.Count;
import io.fleetwall.node.dns.DnsDenial.Cause;
import io.fleetwall.node.dns.listen.Transport;
import io.fleetwall.node.dns.wire.Names;
import io.fleetwall.policy.document.Mode;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class DnsProxyTest {
    private static final String POLICY =
            """
              allow:
                - host: "**.acme.test"
              deny:
                - host: tracker.acme.test
            """;

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
    void an_allowed_name_is_answered_and_its_address_learned() throws Exception {
        Reply reply = bench.ask("www.acme.test", 1);

        assertEquals(0, reply.code());
        assertEquals(List.of("c0000201"), reply.data());
        LearnedAnswer learned = bench.gate.learned.getFirst();
        assertArrayEquals(Names.wire("www.acme.test"), learned.name());
        assertEquals(List.of("00000000000000000000ffffc0000201"), addresses(learned));
        assertEquals(300, learned.ttlSeconds());
    }

    @Test
    void an_ipv6_address_is_learned_as_it_stands() throws Exception {
        bench.ask("www.acme.test", 28);

        assertEquals(
                List.of("20010db8000000000000000000000001"),
                addresses(bench.gate.learned.getFirst()));
    }

    @Test
    void the_answer_never_precedes_the_lesson() throws Exception {
        try (DatagramChannel client = DatagramChannel.open()) {
            client.connect(bench.address).configureBlocking(false);
            AtomicReference<@Nullable InetSocketAddress> early = new AtomicReference<>();
            bench.gate.onLearn =
                    _ -> {
                        early.set(received(client));
                        return true;
                    };

            client.write(ByteBuffer.wrap(Message.query(9, "www.acme.test", 1).done()));
            ByteBuffer reply = ByteBuffer.allocate(1500);
            Await.until("a reply", () -> client.receive(reply) != null);

            assertEquals(1, bench.gate.learned.size());
            assertEquals(null, early.get());
        }
    }

    @Test
    void what_the_kernel_does_not_take_is_withheld() throws Exception {
        bench.gate.onLearn =
                _ -> {
                    throw new IllegalStateException("map full");
                };

        Reply reply = bench.ask("www.acme.test", 1);

        assertEquals(2, reply.code());
        assertEquals(0, reply.answers());
        assertEquals(1, bench.proxy.counters().get(Count.TEACHING_FAILED));
    }

    @Test
    void a_name_without_a_rule_is_refused_reported_and_never_forwarded() throws Exception {
        String session = bench.dig("evil.test", "A");

        assertTrue(session.contains("status: REFUSED"), session);
        assertTrue(
                session.contains(
                        "EDE: 17 (Filtered): (fleetwall: no rule allows this name (revision 1))"),
                session);
        DnsDenial denial = bench.gate.denials.getFirst();
        assertEquals(Cause.NO_RULE, denial.cause());
        assertEquals("evil.test", denial.name());
        assertEquals(Mode.ENFORCE, denial.mode());
        assertEquals(List.of(), upstream.udpQueries());
        assertEquals(List.of(), bench.gate.learned);
    }

    @Test
    void a_denied_name_is_refused_with_its_rule() throws Exception {
        String session = bench.dig("tracker.acme.test", "A");

        assertTrue(session.contains("status: REFUSED"), session);
        assertTrue(session.contains("EDE: 15 (Blocked): (fleetwall: denied by 'deny"), session);
        assertTrue(session.contains("test.yaml:8"), session);
        assertEquals(List.of(), upstream.udpQueries());
    }

    @Test
    void a_denied_name_over_tcp_is_refused_just_the_same() throws Exception {
        String session = bench.dig("+tcp", "evil.test", "A");

        assertTrue(session.contains("status: REFUSED"), session);
        assertTrue(session.contains("EDE: 17"), session);
        assertEquals(1, bench.gate.denials.size());
    }

    @Test
    void a_client_without_edns_is_refused_without_edns() throws Exception {
        String session = bench.dig("+noedns", "evil.test", "A");

        assertTrue(session.contains("status: REFUSED"), session);
        assertFalse(session.contains("EDNS"), session);
    }

    @Test
    void query_types_that_carry_data_are_refused() throws Exception {
        for (String type : List.of("TXT", "NULL", "ANY", "MX", "TYPE65280")) {
            String session = bench.dig("+notcp", "www.acme.test", type);
            assertTrue(session.contains("status: REFUSED"), session);
            assertTrue(session.contains("EDE: 17"), session);
        }
        assertEquals(Cause.QUERY_TYPE, bench.gate.denials.getFirst().cause());
        assertEquals("TXT", bench.gate.denials.getFirst().subject());
        assertEquals(List.of(), upstream.udpQueries());
    }

    @Test
    void a_policy_that_names_query_types_allows_these_and_no_others() throws Exception {
        bench.gate.become(2, "  queryTypes: [TXT]\n  allow: [{host: www.acme.test}]\n");
        String text = bench.dig("+notcp", "www.acme.test", "TXT");
        assertTrue(text.contains("status: NOERROR"), text);
        String address = bench.dig("+notcp", "www.acme.test", "A");
        assertTrue(address.contains("status: REFUSED"), address);
        assertEquals("A", bench.gate.denials.getFirst().subject());
        bench.gate.become(3, "  allow: [{host: www.acme.test}]\n");
        String usual = bench.dig("+notcp", "www.acme.test", "TXT");
        assertTrue(usual.contains("status: REFUSED"), usual);
    }

    @Test
    void audit_mode_answers_and_reports() throws Exception {
        bench.gate.become(2, "  mode: audit\n  allow: [{host: www.acme.test}]\n");

        Reply reply = bench.ask("other.acme.test", 1);

        assertEquals(List.of("c0000201"), reply.data());
        assertEquals(Mode.AUDIT, bench.gate.denials.getFirst().mode());
        assertEquals(1, bench.gate.denials.size());
        assertEquals(List.of(), bench.gate.learned);
    }

    @Test
    void a_default_of_allow_answers_all_but_denied_names() throws Exception {
        bench.gate.become(2, "  default: allow\n  deny: [{host: tracker.acme.test}]\n");

        assertEquals(0, bench.ask("anything.test", 1).code());
        assertEquals(5, bench.ask("tracker.acme.test", 1).code());
        assertEquals(List.of(), bench.gate.learned);
    }

    @Test
    void a_cname_chain_is_followed_and_only_its_records_pass() throws Exception {
        Reply reply = bench.ask("alias.acme.test", 1);

        assertEquals(2, reply.answers());
        assertEquals("c0000207", reply.data().get(1));
        LearnedAnswer learned = bench.gate.learned.getFirst();
        assertArrayEquals(Names.wire("alias.acme.test"), learned.name());
        assertEquals(List.of("00000000000000000000ffffc0000207"), addresses(learned));
        assertEquals(120, learned.ttlSeconds());
    }

    @Test
    void an_alias_of_a_denied_name_is_refused() throws Exception {
        String session = bench.dig("laundered.acme.test", "A");

        assertTrue(session.contains("status: REFUSED"), session);
        assertTrue(session.contains("EDE: 15 (Blocked): (fleetwall: alias of tracker.acme.test"));
        assertEquals(Cause.ALIAS_DENIED, bench.gate.denials.getFirst().cause());
        assertEquals(List.of(), bench.gate.learned);
    }

    @Test
    void an_address_that_points_inside_is_withheld_unless_a_rule_permits_it() throws Exception {
        Reply refused = bench.ask("inside.acme.test", 1);
        assertEquals(5, refused.code());
        assertEquals("169.254.169.254", bench.gate.denials.getFirst().subject());
        assertEquals(List.of(), bench.gate.learned);

        assertEquals(List.of("c0000208"), bench.ask("mixed.acme.test", 1).data());
        assertEquals(
                List.of("00000000000000000000ffffc0000208"),
                addresses(bench.gate.learned.getFirst()));

        bench.gate.onPrivate = _ -> true;
        assertEquals(List.of("a9fea9fe"), bench.ask("inside.acme.test", 1).data());
    }

    @Test
    void no_more_addresses_than_the_cap_pass_or_are_learned() throws Exception {
        Reply reply = bench.ask("many.acme.test", 1);

        assertEquals(4, reply.answers());
        assertEquals(4, bench.gate.learned.getFirst().addresses().size());
    }

    @Test
    void service_records_lose_their_address_hints() throws Exception {
        Reply reply = bench.ask("service.acme.test", 65);

        assertEquals(List.of("0001000001000302683200050004" + "01020304"), reply.data());
        assertEquals(List.of(), bench.gate.learned);
    }

    @Test
    void altered_records_lose_their_signature_and_unaltered_ones_keep_it() throws Exception {
        upstream.overUdp(query -> {
            String name = Zone.name(query);
            boolean hinted = name.startsWith("hinted");
            // covered type, algorithm, labels, TTL, expiration, inception, tag, signer ".", data
            String signature = "0041" + "0d03" + "0000012c" + "70000000" + "60000000" + "000100aa";
            return List.of(
                    Message.response(query, 0x81a0)
                            .answer(name, 46, 300, signature)
                            .answer(name, 65, 300, "000100" + (hinted ? "00040004c0000207" : ""))
                            .done());
        });

        String hinted = bench.dig("+dnssec", "hinted.acme.test", "HTTPS");
        assertTrue(hinted.contains("ANSWER: 1,") && !hinted.contains("RRSIG"), hinted);
        assertTrue(!hinted.matches("(?s).*flags:[^;]* ad.*"), hinted);

        String plain = bench.dig("+dnssec", "plain.acme.test", "HTTPS");
        assertTrue(plain.contains("ANSWER: 2,") && plain.contains("RRSIG"), plain);
        assertTrue(plain.matches("(?s).*flags:[^;]* ad.*"), plain);
    }

    @Test
    void reverse_queries_are_answered_from_own_knowledge_and_never_forwarded() throws Exception {
        assertTrue(bench.dig("-x", "192.0.2.1").contains("status: NXDOMAIN"));

        bench.ask("www.acme.test", 1);
        bench.ask("www.acme.test", 28);
        int forwarded = upstream.udpQueries().size();

        assertTrue(bench.dig("-x", "192.0.2.1").contains("www.acme.test."));
        assertTrue(bench.dig("-x", "2001:db8::1").contains("www.acme.test."));
        assertTrue(bench.dig("stolen.in-addr.arpa", "A").contains("status: NXDOMAIN"));
        assertTrue(bench.dig("www.acme.test", "PTR").contains("status: NXDOMAIN"));
        assertEquals(forwarded, upstream.udpQueries().size());
    }

    @Test
    void the_clients_letter_case_comes_back_also_from_the_cache() throws Exception {
        bench.ask("www.acme.test", 1);
        byte[] query = Message.query(3, "www.acme.test", 1).done();
        query[13] = 'W';
        query[17] = 'A';

        Reply reply = bench.ask(query);

        assertEquals(3, reply.id());
        assertTrue(reply.question().contains("Www"), reply.question());
        assertTrue(reply.question().contains("Acme"), reply.question());
        assertEquals(1, upstream.udpQueries().size());
    }

    @Test
    void cached_answers_count_their_ttl_down_and_end() throws Exception {
        assertEquals(List.of(300), bench.ask("www.acme.test", 1).ttls());
        bench.pass(Duration.ofSeconds(100));
        assertEquals(List.of(200), bench.ask("www.acme.test", 1).ttls());
        assertEquals(1, upstream.udpQueries().size());

        bench.pass(Duration.ofSeconds(200));
        assertEquals(List.of(300), bench.ask("www.acme.test", 1).ttls());
        assertEquals(2, upstream.udpQueries().size());
        assertEquals(2, bench.gate.learned.size());
    }

    @Test
    void an_answer_without_a_ttl_is_given_but_not_kept() throws Exception {
        assertEquals(List.of(0), bench.ask("short.acme.test", 1).ttls());
        assertEquals(List.of(0), bench.ask("short.acme.test", 1).ttls());

        assertEquals(2, upstream.udpQueries().size());
        assertEquals(1, bench.gate.learned.getFirst().ttlSeconds());
    }

    @Test
    void a_missing_name_is_remembered_for_its_negative_ttl() throws Exception {
        Reply first = bench.ask("missing.acme.test", 1);
        assertEquals(3, first.code());
        assertEquals(List.of(60), first.ttls());

        bench.pass(Duration.ofSeconds(59));
        assertEquals(List.of(1), bench.ask("missing.acme.test", 1).ttls());
        assertEquals(1, upstream.udpQueries().size());

        bench.pass(Duration.ofSeconds(1));
        assertEquals(3, bench.ask("missing.acme.test", 1).code());
        assertEquals(2, upstream.udpQueries().size());
    }

    @Test
    void a_cached_answer_is_taught_once_per_policy_and_per_runner() throws Exception {
        TestGate other = new TestGate(POLICY);
        InetSocketAddress otherAddress = bench.serve("b", other);
        bench.ask("www.acme.test", 1);
        bench.ask("www.acme.test", 1);
        assertEquals(1, bench.gate.learned.size());

        bench.pass(Duration.ofSeconds(10));
        bench.gate.become(2, POLICY);
        bench.ask("www.acme.test", 1);
        assertEquals(2, bench.gate.learned.size());
        assertEquals(290, bench.gate.learned.get(1).ttlSeconds());

        byte[] query = Message.query(1, "www.acme.test", 1).done();
        bench.socket.send(new java.net.DatagramPacket(query, query.length, otherAddress));
        assertEquals(0, bench.receive().code());
        assertEquals(1, other.learned.size());
        assertEquals(1, upstream.udpQueries().size());
    }

    @Test
    void what_the_next_tables_took_over_is_not_taught_again_but_judged() throws Exception {
        bench.ask("www.acme.test", 1);
        bench.gate.carryOn(2, POLICY);
        assertEquals(0, bench.ask("www.acme.test", 1).code());
        bench.gate.carryOn(3, POLICY);
        assertEquals(0, bench.ask("www.acme.test", 1).code());
        assertEquals(1, bench.gate.learned.size());

        bench.gate.carryOn(4, "  allow: []\n");
        assertEquals(5, bench.ask("www.acme.test", 1).code());

        bench.gate.become(5, POLICY);
        assertEquals(0, bench.ask("www.acme.test", 1).code());
        assertEquals(2, bench.gate.learned.size());
    }

    @Test
    void what_the_default_allowed_is_taught_as_soon_as_a_rule_names_it() throws Exception {
        bench.gate.become(2, "  default: allow\n");
        assertEquals(0, bench.ask("www.acme.test", 1).code());
        assertEquals(List.of(), bench.gate.learned);

        bench.gate.carryOn(3, POLICY);
        assertEquals(0, bench.ask("www.acme.test", 1).code());
        assertEquals(1, bench.gate.learned.size());
    }

    @Test
    void what_one_runner_fetched_gives_another_nothing() throws Exception {
        TestGate other = new TestGate("  allow: []\n");
        InetSocketAddress otherAddress = bench.serve("b", other);
        bench.ask("www.acme.test", 1);

        byte[] query = Message.query(1, "www.acme.test", 1).done();
        bench.socket.send(new java.net.DatagramPacket(query, query.length, otherAddress));

        assertEquals(5, bench.receive().code());
        assertEquals(1, other.denials.size());
        assertEquals(List.of(), other.learned);
    }

    @Test
    void a_policy_that_changes_while_the_upstream_is_asked_decides() throws Exception {
        upstream.overUdp(query -> {
            bench.gate.become(2, "  allow: []\n");
            return Zone.answer(query);
        });

        assertEquals(5, bench.ask("www.acme.test", 1).code());
        assertEquals(List.of(), bench.gate.learned);
    }

    @Test
    void a_policy_that_changes_while_the_kernel_is_taught_is_judged_by_again() throws Exception {
        bench.gate.onLearn =
                answer -> {
                    boolean first = answer.policy().revision() == 1;
                    if (first) {
                        bench.gate.become(2, POLICY);
                    }
                    return !first;
                };

        assertEquals(0, bench.ask("www.acme.test", 1).code());
        assertEquals(2, bench.gate.learned.getFirst().policy().revision());
    }

    @Test
    void a_removed_runner_is_no_longer_served() throws Exception {
        bench.proxy.removeRunner("a").join();

        String session = bench.dig("www.acme.test", "A");

        assertTrue(session.contains("connection refused") || session.contains("no servers"));
    }

    @Test
    void nio_serves_where_epoll_does_not() throws Exception {
        try (Bench nio = new Bench(POLICY, Transport.NIO, Bench.PATIENT, upstream.address())) {
            assertEquals(0, nio.ask("www.acme.test", 1).code());
            assertTrue(nio.dig("+tcp", "www.acme.test", "A").contains("192.0.2.1"));
        }
    }

    private static @Nullable InetSocketAddress received(DatagramChannel client) {
        try {
            return (InetSocketAddress) client.receive(ByteBuffer.allocate(1500));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> addresses(LearnedAnswer answer) {
        return answer.addresses().stream().map(a -> HexFormat.of().formatHex(a)).toList();
    }
}
