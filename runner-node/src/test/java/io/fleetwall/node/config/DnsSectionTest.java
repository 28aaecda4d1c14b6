package io.fleetwall.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.budget.BudgetSettings;
import io.fleetwall.node.dns.upstream.Resolver;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DnsSectionTest {
    private final List<ConfigProblem> problems = new ArrayList<>();

    @Test
    void an_upstream_over_tls_has_a_name_or_is_named_by_its_address() {
        for (String text :
                List.of(
                        "tls://192.0.2.53#dns.example",
                        "tls://192.0.2.53:853#dns.example",
                        "tls://192.0.2.53@853#dns.example")) {
            assertEquals("tls://192.0.2.53:853#dns.example", upstream(text).toString());
        }
        for (String text :
                List.of(
                        "tls://2001:db8::53@8853#dns.example",
                        "tls://[2001:db8::53]:8853#dns.example")) {
            assertEquals(8853, upstream(text).address().getPort(), text);
            assertEquals("dns.example", upstream(text).tlsName().orElseThrow());
        }
        assertEquals("192.0.2.53", upstream("tls://192.0.2.53").tlsName().orElseThrow());
        assertTrue(upstream("192.0.2.53").tlsName().isEmpty());
    }

    @Test
    void what_is_no_upstream_is_told_and_a_mixture_is_refused() {
        for (String wrong :
                List.of(
                        "'tls://dns.example'",
                        "'tls://192.0.2.53#'",
                        "'tls://192.0.2.53#a b'",
                        "'https://192.0.2.53'",
                        "'192.0.2.53#dns.example'",
                        "'tls://192.0.2.53#dns.example', '192.0.2.53'")) {
            read("{\"upstreams\": [" + wrong.replace('\'', '"') + "]}");
            assertEquals(List.of("dns.upstreams"), places(), wrong);
        }
    }

    @Test
    void authorities_that_cannot_be_read_are_told() {
        read("{\"upstreams\": [\"tls://192.0.2.53\"], \"upstreamCa\": \"/dev/null\"}");
        assertEquals(List.of("dns.upstreamCa"), places());
    }

    @Test
    void budgets_are_usual_none_or_so_large() {
        assertEquals(BudgetSettings.DEFAULT, with("\"budgets\": true").budget());
        assertEquals(BudgetSettings.NONE, with("\"budgets\": false").budget());
        assertEquals(
                new BudgetSettings(1000, BudgetSettings.DEFAULT.bytes(), 20),
                with("\"budgets\": {\"names\": 1000, \"queries\": 20}").budget());
        for (String wrong : List.of("{\"names\": 0}", "{\"names\": 5000}", "{\"bytes\": 1}")) {
            read("{\"upstreams\": [\"192.0.2.53\"], \"budgets\": " + wrong + "}");
            assertEquals(1, problems.size(), wrong);
            assertTrue(places().getFirst().startsWith("dns.budgets."), wrong);
        }
        read("{\"upstreams\": [\"192.0.2.53\"], \"budgets\": 7}");
        assertEquals(List.of("dns.budgets"), places());
    }

    @Test
    void query_types_are_names_or_numbers_of_records() {
        assertEquals(
                Set.of(1, 16, 28, 257, 4711),
                with("\"queryTypes\": [\"a\", \"TXT\", \"AAAA\", \"CAA\", \"TYPE4711\"]")
                        .answers()
                        .queryTypes());
        assertEquals(
                Set.of(1, 5, 12, 28, 33, 64, 65), with("\"port\": 5353").answers().queryTypes());
        for (String wrong : List.of("ANY", "TYPE252", "TYPE41", "TYPE65536", "B", "TYPE0")) {
            read("{\"upstreams\": [\"192.0.2.53\"], \"queryTypes\": [\"A\", \"" + wrong + "\"]}");
            assertEquals(List.of("dns.queryTypes"), places(), wrong);
        }
    }

    private Resolver upstream(String text) {
        NodeConfig.Dns dns = read("{\"upstreams\": [\"" + text + "\"]}");
        assertEquals(List.of(), problems, text);
        return dns.upstreams().resolvers().getFirst();
    }

    private NodeConfig.Dns with(String setting) {
        NodeConfig.Dns dns = read("{\"upstreams\": [\"192.0.2.53\"], " + setting + "}");
        assertEquals(List.of(), problems, setting);
        return dns;
    }

    private NodeConfig.Dns read(String json) {
        problems.clear();
        Section section = new Section("dns", new JsonObject(json), problems);
        NodeConfig.Dns dns = DnsSection.read(section);
        section.reportUnknown();
        return dns;
    }

    private List<String> places() {
        return problems.stream().map(ConfigProblem::path).toList();
    }
}
