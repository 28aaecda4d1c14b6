package io.fleetwall.node.bypass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.Fault;
import io.fleetwall.bpf.KernelEvent;
import io.fleetwall.laboratory.process.Await;
import io.fleetwall.node.bypass.Technique.Setting;
import io.fleetwall.policy.verdict.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What lasts: flows older than the rule that forbids them (P8, D10), the filter without its agent
 * (A1), a flood (P12).
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RevocationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Sent every 5 ms: 20 of them are a tenth of a second. */
    private static final int SOME = 20;

    private static final String ALLOW_ALL = "default: allow\n";
    private static final int FLOOD = 100_000;

    private Field field;
    private int marks;

    @BeforeAll
    void lay(@TempDir Path logs) throws IOException {
        field = Field.lay(logs);
    }

    @AfterAll
    void close() {
        field.close();
    }

    private String mark() {
        marks++;
        return "FLOW%04d".formatted(marks);
    }

    private long seen(String mark) {
        return field.sniffer().framesWith(mark.getBytes(StandardCharsets.US_ASCII));
    }

    private Process start(Setting setting, String technique, String mark) throws IOException {
        return new ProcessBuilder(field.post(setting).command(technique, mark, "target")).start();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONTAINER", "VM"})
    void running_flows_are_cut_by_a_flip(Setting setting) throws IOException {
        field.enforce(setting, ALLOW_ALL);
        cut(setting);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONTAINER", "VM"})
    void flows_older_than_the_filter_are_judged_like_new_ones(Setting setting) throws IOException {
        cut(setting);
    }

    private void cut(Setting setting) throws IOException {
        String tcp = mark();
        String udp = mark();
        Process connection = start(setting, "lasting-tcp", tcp);
        Process datagrams = start(setting, "lasting-udp", udp);
        try (BufferedReader said = connection.inputReader()) {
            assertEquals("CONNECTED", said.readLine());
            Await.orFail("a flow", PATIENCE, () -> seen(tcp) > SOME && seen(udp) > SOME);
            field.enforce(setting, Field.DENY);
            field.sniffer().settle();
            long tcpBefore = seen(tcp);
            long udpBefore = seen(udp);
            assertEquals("RESET", said.readLine());
            long denied = denied();
            Await.orFail("denials", PATIENCE, () -> denied() > denied + SOME);
            field.sniffer().settle();
            assertEquals(tcpBefore, seen(tcp), "tcp after the flip");
            assertEquals(udpBefore, seen(udp), "udp after the flip");
        } finally {
            connection.destroyForcibly();
            datagrams.destroyForcibly();
            field.open(setting);
        }
    }

    private long denied() {
        return field.plane().telemetry().counters().getOrDefault(Reason.DENIED_BY_DEFAULT, 0L);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONTAINER", "VM"})
    void a_killed_agent_leaves_the_filter_in_force(Setting setting) {
        field.enforce(setting, Field.DENY);
        int program = field.plane().programId();
        field.killAgent();
        String forbidden = mark();
        String allowed = mark();
        field.post(setting).run("udp4", forbidden, "443");
        field.post(setting).run("tcp4", forbidden, "443");
        field.post(setting).run("friendly", allowed, "443");
        field.sniffer().settle();
        assertEquals(0, seen(forbidden));
        assertTrue(seen(allowed) > 0, "what is allowed goes on");
        field.restartAgent();
        assertTrue(field.plane().adopted());
        assertEquals(program, field.plane().programId());
        field.open(setting);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONTAINER", "VM"})
    void a_flood_blinds_nobody(Setting setting) {
        field.enforce(setting, Field.DENY);
        List<KernelEvent> events = new ArrayList<>();
        while (field.plane().telemetry().events().poll(Duration.ZERO, events::add) > 0) {
            events.clear();
        }
        long before = denied();
        long lostBefore = lost();
        String flood = mark();
        String allowed = mark();
        field.post(setting).run("flood", flood, Integer.toString(FLOOD));
        field.post(setting).run("friendly", allowed, "443");
        field.sniffer().settle();
        assertEquals(0, seen(flood));
        assertTrue(seen(allowed) > 0, "what is allowed passes");
        assertEquals(FLOOD, denied() - before, "each packet is counted");
        field.plane().telemetry().events().poll(Duration.ZERO, events::add);
        long told = events.stream().filter(e -> e.reason() == Reason.DENIED_BY_DEFAULT).count();
        assertTrue(told > 0 && told <= FLOOD, () -> told + " events");
        assertTrue(told + lost() - lostBefore >= FLOOD / 2, "what is not told is counted as lost");
        field.open(setting);
    }

    private long lost() {
        Map<Fault, Long> faults = field.plane().telemetry().faults();
        return faults.getOrDefault(Fault.EVENT_LOST, 0L)
                + faults.getOrDefault(Fault.EVENT_LIMITED, 0L);
    }
}
