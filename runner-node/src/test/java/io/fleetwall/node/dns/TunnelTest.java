package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.DnsDenial.Cause;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names as a way out below an allowed wildcard (D3); judged by what the far side sees. */
@Timeout(180)
final class TunnelTest {
    private static final String POLICY =
            "  allow: [{host: '**.acme.test'}, {host: exact.other.test}]\n";
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private final Random random = new Random(5);
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
    void a_tunnel_in_labels_ends_after_its_budget_of_bytes() throws Exception {
        for (int i = 0; i < 80; i++) {
            bench.ask(label() + "." + label() + ".acme.test", 1);
        }
        long carried =
                upstream.udpQueries().stream().mapToInt(query -> Zone.name(query).length()).sum();
        assertTrue(carried < 2 * 2048 && upstream.udpQueries().size() > 10, carried + " letters");
        DnsDenial last = bench.gate.denials.getLast();
        assertEquals(Cause.ZONE_BUDGET, last.cause());
        assertEquals("acme.test", last.subject());
    }

    @Test
    void short_names_end_after_their_number_and_say_why() throws Exception {
        for (int i = 0; i < 300; i++) {
            assertEquals(0, bench.ask("n" + i + ".acme.test", 1).code());
        }
        String session = bench.dig("n300.acme.test", "A");

        assertTrue(session.contains("status: REFUSED"), session);
        assertTrue(session.contains("EDE: 17 (Filtered)"), session);
        assertTrue(session.contains("too many new names below acme.test"), session);
        assertEquals(300, upstream.udpQueries().size());
    }

    @Test
    void names_seen_before_and_names_a_rule_lists_go_on() throws Exception {
        for (int i = 0; i < 302; i++) {
            bench.ask("n" + i + ".acme.test", 1);
        }
        assertEquals(0, bench.ask("n7.acme.test", 28).code());
        assertEquals(0, bench.ask("exact.other.test", 1).code());
        assertEquals(5, bench.ask("n302.acme.test", 28).code());
    }

    @Test
    void a_closed_zone_opens_after_ten_minutes() throws Exception {
        for (int i = 0; i < 301; i++) {
            bench.ask("n" + i + ".acme.test", 1);
        }
        bench.pass(Duration.ofSeconds(599));
        assertEquals(5, bench.ask("new.acme.test", 1).code());
        bench.pass(Duration.ofSeconds(2));
        assertEquals(0, bench.ask("new.acme.test", 1).code());
    }

    @Test
    void a_name_asked_without_end_is_refused_after_its_number_of_questions() throws Exception {
        for (int i = 0; i < 600; i++) {
            assertEquals(0, bench.ask("short.acme.test", 1).code());
        }
        assertEquals(5, bench.ask("short.acme.test", 1).code());
        assertEquals(600, upstream.udpQueries().size());
    }

    @Test
    void in_audit_mode_a_tunnel_is_reported_and_goes_on() throws Exception {
        bench.gate.become(2, "  mode: audit\n" + POLICY);
        for (int i = 0; i < 301; i++) {
            assertEquals(0, bench.ask("n" + i + ".acme.test", 1).code());
        }
        assertEquals(Cause.ZONE_BUDGET, bench.gate.denials.getLast().cause());
    }

    private String label() {
        StringBuilder label = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            label.append(ALPHABET.charAt(random.nextInt(32)));
        }
        return label.toString();
    }
}
