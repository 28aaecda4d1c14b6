package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.TestPlane.Setting;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.Network;
import io.fleetwall.policy.packet.Address;
import io.fleetwall.policy.verdict.Judgement;
import io.fleetwall.policy.verdict.Learned;
import io.fleetwall.policy.verdict.PlaneState;
import io.fleetwall.policy.verdict.Reason;
import io.fleetwall.policy.verdict.ReferenceVerdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The table of packets: the program, the reference, and the table's author must agree on each row.
 */
class PacketTableTest {
    private static final int COLUMNS = 11;
    private static TestPlane bench;

    @BeforeAll
    static void installs() {
        bench = new TestPlane("packet-table", List.of("web", "open"));
    }

    @AfterAll
    static void uninstalls() {
        bench.close();
    }

    /** One line of packets.tsv. */
    private record Row(
            String name,
            String link,
            String direction,
            Setting setting,
            List<String> setup,
            String frame,
            Judgement.Action action,
            Reason reason,
            String rule) {
        static Row parse(String line) {
            String[] cells = line.split("\t", -1);
            if (cells.length != COLUMNS) {
                throw new IllegalArgumentException(cells.length + " cells: " + line);
            }
            return new Row(
                    cells[0],
                    cells[1],
                    cells[2],
                    new Setting(
                            cells[3],
                            Mode.valueOf(cells[4].toUpperCase(Locale.ROOT)),
                            Set.of(cells[5].split("\\+", -1))),
                    cells[6].equals("-") ? List.of() : List.of(cells[6].split(" \\| ", -1)),
                    cells[7],
                    Judgement.Action.valueOf(cells[8].toUpperCase(Locale.ROOT)),
                    Reason.valueOf(cells[9]),
                    cells[10]);
        }
    }

    private static List<Row> rows() {
        try (InputStream in = PacketTableTest.class.getResourceAsStream("/packets.tsv")) {
            String text =
                    new String(
                            Objects.requireNonNull(in, "packets.tsv").readAllBytes(),
                            StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(Row::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> theProgramAndTheReferenceAgreeWithEachRow() {
        return rows().stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> check(row)));
    }

    private static void check(Row row) {
        Attachment attachment = bench.attachment(row.link() + "/" + row.direction());
        PlaneState state = bench.force(attachment, row.setting());
        for (String step : row.setup()) {
            state = prepare(attachment, row, step, state);
        }
        byte[] frame = FrameText.bytes(row.frame());
        TestRun run = bench.run(attachment, frame);
        undo(row);

        // The reference has no tables that could be missing.
        if (row.reason() != Reason.TABLE_FAULT) {
            Judgement judgement = ReferenceVerdict.judge(frame, TestPlane.kind(attachment), state);
            assertEquals(row.reason(), judgement.reason(), "the reference's reason");
            assertEquals(row.action(), judgement.action(), "the reference's action");
            assertEquals(row.rule(), rule(row, judgement.rule()), "the reference's rule");
        }
        assertEquals(row.reason(), run.reason(), "the program's reason");
        assertEquals(row.rule(), rule(row, run.rule()), "the program's rule");
        assertEquals(row.action(), action(attachment, frame, run), "the program's action");
    }

    private static PlaneState prepare(
            Attachment attachment, Row row, String step, PlaneState state) {
        String[] words = step.split(" ", 2);
        return switch (words[0]) {
            case "before" -> {
                byte[] frame = FrameText.bytes(words[1]);
                TestRun run = bench.run(attachment, frame);
                Judgement judgement =
                        ReferenceVerdict.judge(frame, TestPlane.kind(attachment), state);
                assertEquals(judgement.reason(), run.reason(), step);
                yield judgement.after();
            }
            case "agent" -> bench.agent(state);
            case "sources" -> bench.sources(attachment, networks(words[1]), state);
            case "listen" -> bench.listen(attachment, ports(words[1]), state);
            case "in" -> bench.receive(attachment, FrameText.bytes(words[1]), state);
            case "expire" -> {
                bench.expire(row.setting().policy(), words[1], true);
                yield remembering(state, bench.learnedOf(row.setting().policy()));
            }
            case "flip" -> {
                PlaneState fresh = bench.force(attachment, row.setting());
                yield new PlaneState(
                        fresh.slot(),
                        fresh.self(),
                        state.sources(),
                        fresh.learned(),
                        state.flows(),
                        state.fragments(),
                        state.uplink(),
                        fresh.now());
            }
            default -> throw new IllegalArgumentException(step);
        };
    }

    /** {@code tcp/22 udp/500}; {@code -} is none. */
    private static Set<InboundPort> ports(String text) {
        Set<InboundPort> ports = new HashSet<>();
        for (String port : text.equals("-") ? new String[0] : text.split(" ", -1)) {
            String[] parts = port.split("/", -1);
            ports.add(
                    new InboundPort(
                            InboundPort.Protocol.valueOf(parts[0].toUpperCase(Locale.ROOT)),
                            Integer.parseInt(parts[1])));
        }
        return ports;
    }

    /** {@code 10.0.0.0/24 fd00::/64}. */
    private static Set<Network> networks(String text) {
        return Stream.of(text.split(" ", -1))
                .map(Policies::network)
                .collect(java.util.stream.Collectors.toSet());
    }

    private static PlaneState remembering(PlaneState state, Map<Address, Learned> learned) {
        return new PlaneState(
                state.slot(),
                state.self(),
                state.sources(),
                learned,
                state.flows(),
                state.fragments(),
                state.uplink(),
                state.now());
    }

    private static void undo(Row row) {
        bench.noAgent();
        for (String step : row.setup()) {
            if (step.startsWith("expire ")) {
                bench.expire(row.setting().policy(), step.substring(7), false);
            }
        }
    }

    private static String rule(Row row, int id) {
        return id == 0
                ? "-"
                : "line " + bench.policy(row.setting().policy()).rules().get(id - 1).line();
    }

    private static Judgement.Action action(Attachment attachment, byte[] frame, TestRun run) {
        return switch (run.action()) {
            case PASS -> Judgement.Action.PASS;
            case DROP -> Judgement.Action.DROP;
            case REDIRECT -> Answer.check(frame, run.frame(), attachment.link());
        };
    }

    @Test
    void theTableHasSixHundredAndFiftyRowsAndEveryReason() {
        List<Row> rows = rows();
        assertTrue(rows.size() >= 650, rows.size() + " rows");
        EnumSet<Reason> seen = EnumSet.noneOf(Reason.class);
        rows.forEach(row -> seen.add(row.reason()));
        // A frame does not say where its checksum will be written: ChecksumTest does.
        assertEquals(EnumSet.complementOf(EnumSet.of(Reason.CHECKSUM_OFFSET)), seen);
        Set<String> names = new HashSet<>();
        rows.forEach(row -> assertTrue(names.add(row.name()), "twice: " + row.name()));
        assertEquals(
                Set.of("eth/ingress", "eth/egress", "raw/egress"),
                Set.copyOf(rows.stream().map(row -> row.link() + "/" + row.direction()).toList()));
        assertEquals(
                EnumSet.allOf(Judgement.Action.class),
                EnumSet.copyOf(rows.stream().map(Row::action).toList()));
    }
}
