package io.fleetwall.node.bypass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.SlotOptions;
import io.fleetwall.laboratory.net.Namespace;
import io.fleetwall.laboratory.net.Topology;
import io.fleetwall.laboratory.process.Await;
import io.fleetwall.node.bypass.Technique.Setting;
import io.fleetwall.node.redirect.Nftables;
import io.fleetwall.node.redirect.RedirectPlan;
import io.fleetwall.node.redirect.RedirectRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * DNS past the redirect (D1): the filter lets port 53 pass to anywhere, so all depends on what is
 * behind it, also for packets which connection tracking will not translate.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DnsRedirectTest {
    private static final SlotOptions REDIRECT = SlotOptions.of(SlotOptions.Flag.DNS_REDIRECT);
    private static final int PROXY_PORT = 5353;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> PORTS =
            List.of(Topology.UPLINK, Topology.interfaceOf("cell"));

    /** Techniques and arguments. */
    private static final List<List<String>> WAYS =
            List.of(
                    List.of("udp4", "53"),
                    List.of("udp6", "53"),
                    List.of("tcp4", "53"),
                    List.of("tcp6", "53"),
                    List.of("udp4", "853"),
                    List.of("tcp4", "853"),
                    List.of("invalid-dns", "sum"),
                    List.of("invalid-dns", "length"),
                    List.of("segment", "0:53"),
                    List.of("segment", "2:53"),
                    List.of("segment", "3:53"),
                    List.of("segment", "4:53"),
                    List.of("segment", "10:53"),
                    List.of("segment", "18:53"),
                    List.of("segment", "29:53"));

    private Field field;
    private int marks;

    @BeforeAll
    void lay(@TempDir Path logs) throws IOException {
        field = Field.lay(logs);
    }

    @AfterAll
    void close() throws IOException {
        Nftables.apply(RedirectRules.remove());
        field.close();
    }

    @Test
    void what_is_not_redirected_does_not_leave_the_node() throws IOException {
        String runner = Topology.interfaceOf("cell");
        Nftables.apply(
                RedirectRules.install(
                        new RedirectPlan(
                                new TreeSet<>(List.of(runner)), Optional.empty(), PROXY_PORT)));
        field.enforce(Setting.CONTAINER, Field.DENY, REDIRECT);
        Map<String, String> byMark = new TreeMap<>();
        for (List<String> way : WAYS) {
            String mark = mark();
            byMark.put(mark, String.join(" ", way));
            field.cell().run(way.getFirst(), mark, way.getLast());
        }
        field.sniffer().settle();
        byMark.forEach((mark, way) -> assertEquals(0, seen(mark), way));
        field.open(Setting.CONTAINER);
    }

    /** On a bridge no redirect sees the packet: only a filter without that option holds. */
    @Test
    void across_a_bridge_dns_stays_in_when_no_redirect_is_relied_on() {
        Namespace node = Namespace.own();
        node.ip("link", "add", "bridge", "type", "bridge");
        node.ip("link", "set", "bridge", "up");
        for (String port : PORTS) {
            node.ip("link", "set", port, "master", "bridge");
        }
        Attackers.Post cell = field.cell();
        Attackers.Post across =
                new Attackers.Post(
                        cell.namespace(), true, cell.interfaceName(), field.node().gateway());
        Await.orFail("a bridge that forwards", PATIENCE, () -> arrives(across, "frame", "ip"));
        assertTrue(arrives(across, "frame", "dns"), "without the filter");
        field.enforce(Setting.CONTAINER, Field.DENY);
        across.run("frame", "DNSbridg", "dns");
        field.open(Setting.CONTAINER);
        assertTrue(arrives(across, "frame", "dns"), "without the filter again");
        assertEquals(0, seen("DNSbridg"));
        for (String port : PORTS) {
            node.ip("link", "set", port, "nomaster");
        }
        node.ip("link", "delete", "bridge");
    }

    private boolean arrives(Attackers.Post post, String technique, String argument) {
        String mark = mark();
        post.run(technique, mark, argument);
        return Await.until(PATIENCE.dividedBy(10), () -> seen(mark) > 0);
    }

    private String mark() {
        marks++;
        return "DNS%05d".formatted(marks);
    }

    private long seen(String mark) {
        return field.sniffer().framesWith(mark.getBytes(StandardCharsets.US_ASCII));
    }
}
