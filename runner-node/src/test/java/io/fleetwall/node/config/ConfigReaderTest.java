package io.fleetwall.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.config.ConfigReader.Reading;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {
    @Test
    void the_shipped_file_is_usable_and_shows_the_defaults() throws Exception {
        Reading reading = read(Path.of("../conf/runner-node.yaml"));
        NodeConfig shipped = assertInstanceOf(Reading.Usable.class, reading).config();
        assertEquals("node-1", shipped.name());
        assertEquals(Duration.ofSeconds(10), shipped.job().timeout());
        assertEquals(Set.of("linux"), shipped.runners().getFirst().labels());
        assertEquals(64L << 20, shipped.spoolBytes());
        JsonObject least =
                new JsonObject(
                        """
                        {"node": {"name": "n"},
                         "gateway": {"url": "https://g:1", "caFingerprint": "%s"},
                         "runners": [{"name": "a", "interface": "fw-a"}],
                         "dns": {"upstreams": ["192.0.2.53"]}}
                        """
                                .formatted("0".repeat(64)));
        NodeConfig defaults =
                assertInstanceOf(Reading.Usable.class, ConfigReader.read(least)).config();
        assertEquals(shipped.state(), defaults.state());
        assertEquals(shipped.pins(), defaults.pins());
        assertEquals(shipped.job(), defaults.job());
        assertEquals(shipped.dns(), defaults.dns());
        assertEquals(shipped.health(), defaults.health());
        assertEquals(shipped.spoolBytes(), defaults.spoolBytes());
    }

    @Test
    void an_agent_in_the_gateways_process_needs_neither_fingerprint_nor_token() {
        JsonObject hosted =
                new JsonObject(
                        """
                        {"node": {"name": "n"}, "gateway": {"url": "cluster"},
                         "runners": [{"name": "a", "interface": "fw-a"}],
                         "dns": {"upstreams": ["192.0.2.53"]}}
                        """);
        NodeConfig config =
                assertInstanceOf(Reading.Usable.class, ConfigReader.read(hosted)).config();
        assertTrue(config.gateway().isInProcess());
        hosted.getJsonObject("gateway").put("url", "https://g:1");
        assertInstanceOf(Reading.Unusable.class, ConfigReader.read(hosted));
    }

    @Test
    void every_problem_is_told_at_once() {
        JsonObject broken =
                new JsonObject(
                        """
                        {"node": {"name": "Not A Name", "labls": []},
                         "gateway": {"url": "http://g", "caFingerprint": "abc",
                                     "onGatewayLoss": "lockdown after 9s"},
                         "runners": [{"name": "a", "interface": "x; drop", "direction": "up"},
                                     {"name": "a", "interface": "fw-b"}],
                         "job": {"timeout": "soon", "owners": ["root"]},
                         "dns": {"port": 53, "upstreams": ["dns.example"], "redirect": "yes",
                                 "workers": 0, "cacheBytes": 1, "staleFor": "5000m"},
                         "health": {"listen": "0.0.0.0:80"},
                         "events": {"spoolBytes": 12}}
                        """);
        var problems =
                assertInstanceOf(Reading.Unusable.class, ConfigReader.read(broken)).problems();
        List<String> places = problems.stream().map(ConfigProblem::path).toList();
        for (String expected :
                List.of(
                        "node.name",
                        "node.labls",
                        "gateway.url",
                        "gateway.caFingerprint",
                        "gateway.onGatewayLoss",
                        "runners[0].interface",
                        "runners[0].direction",
                        "runners[1].name",
                        "job.timeout",
                        "job.owners",
                        "dns.port",
                        "dns.upstreams",
                        "dns.redirect",
                        "dns.workers",
                        "dns.cacheBytes",
                        "dns.staleFor",
                        "health.listen",
                        "events.spoolBytes")) {
            assertTrue(places.contains(expected), () -> expected + " in " + problems);
        }
        assertTrue(problems.stream().noneMatch(p -> p.hint().isBlank()), problems::toString);
    }

    @Test
    void a_machine_may_be_called_on_its_ssh_port_unless_told_otherwise_and_a_container_never() {
        NodeConfig.Inbound ssh = new NodeConfig.Inbound(NodeConfig.Protocol.TCP, 22);
        NodeConfig.Inbound vpn = new NodeConfig.Inbound(NodeConfig.Protocol.UDP, 51820);
        assertEquals(Set.of(ssh), inbound("\"direction\": \"egress\""));
        assertEquals(Set.of(), inbound("\"direction\": \"egress\", \"inbound\": []"));
        assertEquals(
                Set.of(vpn), inbound("\"direction\": \"egress\", \"inbound\": [\"51820/udp\"]"));
        assertEquals(Set.of(), inbound("\"direction\": \"ingress\""));
        for (String wrong :
                List.of(
                        "\"inbound\": [\"22/tcp\"]",
                        "\"direction\": \"egress\", \"inbound\": [\"22\"]",
                        "\"direction\": \"egress\", \"inbound\": [\"0/tcp\"]",
                        "\"direction\": \"egress\", \"inbound\": [\"65536/tcp\"]")) {
            var problems =
                    assertInstanceOf(
                                    Reading.Unusable.class, ConfigReader.read(runner(wrong)), wrong)
                            .problems();
            assertEquals("runners[0].inbound", problems.getFirst().path());
        }
    }

    @Test
    void sources_are_networks_without_bits_below_their_prefix() {
        var read =
                ConfigReader.read(
                        runner("\"sources\": [\"10.0.8.0/24\", \"2001:db8::/64\", \"10.9.9.9\"]"));
        assertEquals(
                Set.of("10.0.8.0/24", "2001:db8::/64", "10.9.9.9/32"),
                assertInstanceOf(Reading.Usable.class, read)
                        .config()
                        .runners()
                        .getFirst()
                        .sources()
                        .stream()
                        .map(Object::toString)
                        .collect(Collectors.toSet()));
        for (String wrong : List.of("10.0.8.1/24", "10.0.0.0/33", "runner.example/24", "/24")) {
            var broken = ConfigReader.read(runner("\"sources\": [\"" + wrong + "\"]"));
            var problems = assertInstanceOf(Reading.Unusable.class, broken, wrong).problems();
            assertEquals("runners[0].sources", problems.getFirst().path());
        }
    }

    @Test
    void only_a_machine_has_other_uplinks() {
        for (String wrong :
                List.of(
                        "\"uplinks\": \"filter\"",
                        "\"direction\": \"egress\", \"uplinks\": \"ignore\"")) {
            var broken = ConfigReader.read(runner(wrong));
            var problems = assertInstanceOf(Reading.Unusable.class, broken, wrong).problems();
            assertEquals("runners[0].uplinks", problems.getFirst().path());
        }
    }

    @Test
    void two_machines_on_one_node_are_refused() {
        JsonObject two = runner("\"direction\": \"egress\"");
        JsonObject more = new JsonObject("{\"name\":\"b\",\"interface\":\"eth1\"}");
        two.getJsonArray("runners").add(more.put("direction", "egress"));
        var problems = assertInstanceOf(Reading.Unusable.class, ConfigReader.read(two)).problems();
        assertEquals("runners", problems.getFirst().path());
    }

    private static Set<NodeConfig.Inbound> inbound(String more) {
        Reading reading = ConfigReader.read(runner(more));
        return assertInstanceOf(Reading.Usable.class, reading)
                .config()
                .runners()
                .getFirst()
                .inbound();
    }

    private static JsonObject runner(String more) {
        return new JsonObject(
                """
                {"node": {"name": "n"},
                 "gateway": {"url": "https://g:1", "caFingerprint": "%s"},
                 "runners": [{"name": "a", "interface": "eth0", %s}],
                 "dns": {"upstreams": ["192.0.2.53"]}}
                """
                        .formatted("0".repeat(64), more));
    }

    @Test
    void a_file_that_is_not_there_is_a_problem_and_no_exception() throws Exception {
        Reading reading = read(Path.of("/nowhere/runner-node.yaml"));
        var problems = assertInstanceOf(Reading.Unusable.class, reading).problems();
        assertEquals("FW-C001", problems.getFirst().code());
    }

    private static Reading read(Path file) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            return ConfigReader.read(vertx, file)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }
}
