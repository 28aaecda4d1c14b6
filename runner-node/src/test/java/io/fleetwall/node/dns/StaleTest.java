package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.DnsCounters.Count;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the proxy does when answers end: RFC 8767 while no upstream answers, and prefetch. */
@Timeout(180)
final class StaleTest {
    private static final String POLICY = "  allow: [{host: '**.acme.test'}]\n";

    private StubUpstream upstream;
    private Bench bench;

    @BeforeEach
    void start() throws Exception {
        upstream = new StubUpstream(Zone::answer);
        bench = Bench.impatient(POLICY, upstream.address());
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
        upstream.close();
    }

    @Test
    void an_outlived_answer_is_given_only_while_no_upstream_answers_and_taught_first()
            throws Exception {
        bench.ask("www.acme.test", 1);
        bench.pass(Duration.ofSeconds(301));
        upstream.overUdp(_ -> List.of());

        String session = bench.dig("www.acme.test", "A");

        assertTrue(session.contains("192.0.2.1"), session);
        assertTrue(session.matches("(?s).*www.acme.test.\\s+30\\s+IN.*"), session);
        assertTrue(session.contains("EDE: 3 (Stale Answer)"), session);
        assertEquals(2, bench.gate.learned.size());
        assertEquals(30, bench.gate.learned.getLast().ttlSeconds());
        assertEquals(1, bench.proxy.counters().get(Count.STALE));

        int asked = upstream.udpQueries().size();
        assertEquals(List.of(30), bench.ask("www.acme.test", 1).ttls());
        assertEquals(asked, upstream.udpQueries().size());

        upstream.overUdp(Zone::answer);
        bench.pass(Duration.ofSeconds(31));
        assertEquals(List.of(300), bench.ask("www.acme.test", 1).ttls());
    }

    @Test
    void a_stale_answer_the_kernel_does_not_take_is_withheld() throws Exception {
        bench.ask("www.acme.test", 1);
        bench.pass(Duration.ofSeconds(301));
        upstream.overUdp(_ -> List.of());
        bench.gate.onLearn =
                _ -> {
                    throw new IllegalStateException("table full");
                };

        assertEquals(2, bench.ask("www.acme.test", 1).code());
    }

    @Test
    void an_answer_is_too_old_after_its_grace() throws Exception {
        bench.ask("www.acme.test", 1);
        bench.pass(Duration.ofSeconds(301 + 3600));
        upstream.overUdp(_ -> List.of());

        assertEquals(2, bench.ask("www.acme.test", 1).code());
    }

    @Test
    void a_name_denied_meanwhile_gets_no_stale_answer() throws Exception {
        bench.ask("www.acme.test", 1);
        bench.pass(Duration.ofSeconds(301));
        upstream.overUdp(_ -> {
            bench.gate.become(2, "  allow: []\n");
            return List.of();
        });

        assertEquals(5, bench.ask("www.acme.test", 1).code());
    }

    @Test
    void a_hot_name_is_renewed_before_its_end_and_nobody_waits() throws Exception {
        for (int i = 0; i < 4; i++) {
            bench.ask("www.acme.test", 1);
        }
        assertEquals(1, upstream.udpQueries().size());
        bench.pass(Duration.ofSeconds(280));
        assertEquals(List.of(20), bench.ask("www.acme.test", 1).ttls());
        Await.until("the question of its own", () -> upstream.udpQueries().size() == 2);
        Await.until(
                "the renewed answer",
                () -> bench.ask("www.acme.test", 1).ttls().equals(List.of(300)));
        assertEquals(2, bench.gate.learned.size());
        assertEquals(1, bench.proxy.counters().get(Count.RENEWED));
    }
}
