package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions of three resolvers' own tools, written by other people, at this proxy. */
@Timeout(180)
final class ConformanceTest {
    private static final String POLICY = "  allow: [{host: '**.acme.test'}]\n";

    private StubUpstream upstream;
    private Bench bench;

    /** BIND's, Knot's and NLnet Labs' client. */
    enum Tool {
        DIG("@%s -p %d +tries=1 +time=20"),
        KDIG("@%s -p %d +retry=0 +timeout=20"),
        DRILL("@%s -p %d");

        private final String options;

        Tool(String options) {
            this.options = options;
        }

        /** What it says of a question. */
        String ask(Bench bench, String question) throws IOException, InterruptedException {
            String where =
                    options.formatted(
                            bench.address.getAddress().getHostAddress(), bench.address.getPort());
            List<String> command = new ArrayList<>(List.of(name().toLowerCase(Locale.ROOT)));
            command.addAll(List.of((where + " " + question).split(" ", -1)));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
            return said;
        }

        String overTcp() {
            return this == DRILL ? "-t " : "+tcp ";
        }
    }

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

    @ParameterizedTest
    @CsvSource({
        "DIG, www.acme.test A, NOERROR, 192.0.2.1",
        "KDIG, www.acme.test A, NOERROR, 192.0.2.1",
        "DRILL, www.acme.test A, NOERROR, 192.0.2.1",
        "DIG, www.acme.test AAAA, NOERROR, 2001:db8::1",
        "KDIG, www.acme.test AAAA, NOERROR, 2001:db8::1",
        "DRILL, www.acme.test AAAA, NOERROR, 2001:db8::1",
        "DIG, alias.acme.test A, NOERROR, 192.0.2.7",
        "KDIG, alias.acme.test A, NOERROR, 192.0.2.7",
        "DRILL, alias.acme.test A, NOERROR, 192.0.2.7",
        "DIG, missing.acme.test A, NXDOMAIN, SOA",
        "KDIG, missing.acme.test A, NXDOMAIN, SOA",
        "DRILL, missing.acme.test A, NXDOMAIN, SOA",
        "DIG, evil.test A, REFUSED, ANSWER: 0",
        "KDIG, evil.test A, REFUSED, ANSWER: 0",
        "DRILL, evil.test A, REFUSED, ANSWER: 0"
    })
    void its_question_is_answered_over_udp_and_tcp(
            Tool tool, String question, String status, String part) throws Exception {
        for (String transport : List.of("", tool.overTcp())) {
            String said = tool.ask(bench, transport + question);

            assertTrue(said.contains(status) && said.contains(part), said);
            assertFalse(said.toLowerCase(Locale.ROOT).contains("malformed"), said);
            assertFalse(said.contains("WARNING"), said);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Tool.class,
            names = {"DIG", "KDIG"})
    void a_refusal_says_why_in_an_extended_error(Tool tool) throws Exception {
        String said = tool.ask(bench, (tool == Tool.KDIG ? "+edns " : "") + "evil.test A");

        assertTrue(said.contains("EDE"), said);
        assertTrue(said.contains("Prohibited") || said.contains("Filtered"), said);
    }

    @ParameterizedTest
    @EnumSource(Tool.class)
    void what_does_not_fit_is_truncated_and_then_asked_by_tcp(Tool tool) throws Exception {
        String option = tool == Tool.DRILL ? "" : "+noedns ";

        String said = tool.ask(bench, option + "many.acme.test A");

        assertTrue(said.contains("NOERROR"), said);
        assertFalse(said.contains("timed out"), said);
    }
}
