package io.fleetwall.load.bpf;

import io.fleetwall.bpf.BareProgram;
import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.Direction;
import io.fleetwall.bpf.Interfaces;
import io.fleetwall.bpf.SlotOptions;
import io.fleetwall.bpf.TableSet;
import io.fleetwall.bpf.TestRun;
import io.fleetwall.load.result.Commands;
import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Section;
import io.fleetwall.load.result.Series;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Nanoseconds a packet, by BPF_PROG_TEST_RUN: every program in turn, round after round, so that
 * whatever else the machine does meets all of them.
 *
 * <p>A first packet is another connection each time: it is parsed, decided, remembered and
 * reported. A program that only counts up the port goes before it; what that costs is measured in
 * the same round, and taken off.
 */
final class PacketCost implements AutoCloseable {
    /** Repetitions of one measurement. */
    private static final int KNOWN = 100_000;

    /** As many as a runner may tell at once, and how often; all together turn the memory over. */
    private static final int NEW = 6_000;

    private static final int BATCHES = 2;

    /** Any other word; the judged packets are no DNS. */
    private static final SlotOptions OTHERWISE =
            new SlotOptions(Set.of(SlotOptions.Flag.DNS_REDIRECT));

    private static final int ROUNDS = 20;
    private static final int[] SIZES = {10, 100_000};

    private final DataPlane plane;
    private final List<BareProgram> programs = new ArrayList<>();
    private final Map<String, DoubleSupplier> subjects = new LinkedHashMap<>();
    private final Map<Integer, TableSet> sets = new LinkedHashMap<>();
    private final Map<String, Series> series = new LinkedHashMap<>();

    PacketCost(DataPlane plane) {
        this.plane = plane;
        Commands.all(
                "ip link add bench10 type veth peer name bench100000",
                "ip link set bench10 up",
                "ip link set bench100000 up");
        BareProgram nothing = load("sweep.bpf.o", "nothing");
        subject(
                "bare repetition",
                () -> passed(nothing.testRun(1, Frames.four(443, Frames.ACK), KNOWN)));
        BareProgram carry = sweep(1);
        carry.goOnIn("under_test", nothing);
        subject("sweep", () -> passed(carry.testRun(1, Frames.four(443, Frames.SYN), KNOWN)));
        for (int size : SIZES) {
            add(size);
        }
    }

    private void add(int size) {
        int ifindex = contain(size);
        BareProgram floor = load("floor.bpf.o", "floor_lookup");
        floor.putNetworks("networks", BenchPolicies.networks(size));
        BareProgram one = sweep(1);
        one.goOnIn("under_test", plane);
        BareProgram spread = sweep(size / 2);
        spread.goOnIn("under_test", plane);
        BareProgram spreadFloor = sweep(size / 2);
        spreadFloor.goOnIn("under_test", floor);
        for (Family family : Family.values()) {
            String of = " " + family.name + " " + size;
            byte[] known = family.frame(443, Frames.ACK);
            byte[] opening = family.frame(443, Frames.SYN);
            byte[] denied = family.frame(80, Frames.SYN);
            subject("floor" + of, () -> passed(floor.testRun(ifindex, known, KNOWN)));
            subject("established" + of, () -> passed(plane.tests().run(ifindex, known, KNOWN)));
            subject("denied" + of, () -> dropped(plane.tests().run(ifindex, denied, KNOWN)));
            subject(
                    "first" + of,
                    () -> reported(ifindex, () -> one.testRun(ifindex, opening, NEW)));
            subject(
                    "again" + of,
                    () -> reported(ifindex, () -> plane.tests().run(ifindex, opening, NEW)));
            subject("spread floor" + of, () -> passed(spreadFloor.testRun(ifindex, opening, NEW)));
            subject(
                    "spread" + of,
                    () -> reported(ifindex, () -> spread.testRun(ifindex, opening, NEW)));
        }
    }

    private int contain(int size) {
        String link = "bench" + size;
        int ifindex = Interfaces.indexOf(link);
        plane.attach(link, ifindex, Direction.INGRESS);
        TableSet set = plane.build(BenchPolicies.ofNetworks(size), 1, new byte[32]);
        set.learn(BenchPolicies.learned(size, 0));
        plane.flip(ifindex, set, SlotOptions.NONE);
        sets.put(ifindex, set);
        return ifindex;
    }

    /** Takes the events away, as the agent does: what is not told would be cheaper. */
    private double reported(int ifindex, Supplier<TestRun> run) {
        double sum = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            renewShare(ifindex);
            long lost = plane.telemetry().events().lost();
            sum += passed(run.get());
            while (plane.telemetry().events().poll(Duration.ZERO, _ -> {}) > 0) {
                // more may have come
            }
            if (plane.telemetry().events().lost() > lost) {
                throw new IllegalStateException("events were lost: that is not the whole cost");
            }
        }
        return sum / BATCHES;
    }

    private static double passed(TestRun run) {
        return expected(TestRun.Action.PASS, run);
    }

    private static double dropped(TestRun run) {
        return expected(TestRun.Action.DROP, run);
    }

    private static double expected(TestRun.Action action, TestRun run) {
        if (run.action() != action) {
            throw new IllegalStateException(run.action() + ": " + run.reason());
        }
        return run.nanos();
    }

    /** An interface may tell so many events at once; under another word it begins anew. */
    private void renewShare(int ifindex) {
        TableSet set = Objects.requireNonNull(sets.get(ifindex));
        plane.flip(ifindex, set, OTHERWISE);
        passed(plane.tests().run(ifindex, Frames.four(443, Frames.SYN), 1));
        plane.flip(ifindex, set, SlotOptions.NONE);
    }

    private void subject(String name, DoubleSupplier run) {
        subjects.put(name, run);
        series.put(name, new Series(name));
    }

    private BareProgram sweep(int destinations) {
        BareProgram sweep = load("sweep.bpf.o", "sweep");
        byte[] state =
                ByteBuffer.allocate(16)
                        .order(ByteOrder.nativeOrder())
                        .putInt(8, destinations)
                        .array();
        sweep.put("state", state);
        return sweep;
    }

    private BareProgram load(String object, String name) {
        try (InputStream in = PacketCost.class.getResourceAsStream("/" + object)) {
            byte[] bytes = Objects.requireNonNull(in, object).readAllBytes();
            BareProgram program = BareProgram.load(bytes, name);
            programs.add(program);
            return program;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    Section measure() {
        for (int round = 0; round < ROUNDS; round++) {
            subjects.forEach((name, run) -> get(name).add(run.getAsDouble()));
        }
        List<Line> lines = new ArrayList<>();
        for (int size : SIZES) {
            for (Family family : Family.values()) {
                lines(lines, family, size);
            }
        }
        return new Section(
                "Cost of a packet",
                "BPF_PROG_TEST_RUN, medians of "
                        + ROUNDS
                        + " interleaved rounds; the floor does one"
                        + " look-up in as large a table",
                lines,
                List.copyOf(series.values()));
    }

    private void lines(List<Line> lines, Family family, int size) {
        String of = " " + family.name + " " + size;
        String prefix = family.name + ", " + size + " prefixes + learned: ";
        double floor = median("floor" + of);
        double spreadFloor = carried("spread floor" + of);
        lines.add(Line.of(prefix + "floor", "%.0f ns", floor));
        lines.add(line(prefix + "established flow", median("established" + of), floor, 1.5));
        lines.add(line(prefix + "first packet", carried("first" + of), floor, 4));
        lines.add(Line.of(prefix + "connection opened again", "%.0f ns", median("again" + of)));
        lines.add(Line.of(prefix + "denied packet", "%.0f ns", median("denied" + of)));
        lines.add(Line.of(prefix + "floor, every network in turn", "%.0f ns", spreadFloor));
        lines.add(line(prefix + "first packet, likewise", carried("spread" + of), spreadFloor, 4));
        if (size != SIZES[0]) {
            String small = " " + family.name + " " + SIZES[0];
            lines.add(
                    own(
                            prefix + "established",
                            median("established" + of),
                            median("established" + small)));
            lines.add(
                    own(prefix + "first packet", carried("first" + of), carried("first" + small)));
            lines.add(own(prefix + "denied", median("denied" + of), median("denied" + small)));
        }
    }

    private static Line line(String what, double nanos, double floor, double limit) {
        return Line.of(what, "%.0f ns", nanos).atMost(nanos / floor, limit, "x floor");
    }

    private static Line own(String what, double nanos, double small) {
        return Line.of(what + " against 10", "%.0f / %.0f ns", nanos, small)
                .atMost(nanos / small, 1.3, "x own cost");
    }

    private Series get(String name) {
        return Objects.requireNonNull(series.get(name), name);
    }

    private double median(String name) {
        return get(name).median();
    }

    /** Without what the sweep before it costs; with what a repetition costs, as all others. */
    private double carried(String name) {
        return median(name) - median("sweep") + median("bare repetition");
    }

    private enum Family {
        FOUR("IPv4"),
        SIX("IPv6");

        private final String name;

        Family(String name) {
            this.name = name;
        }

        byte[] frame(int port, byte flags) {
            return this == FOUR ? Frames.four(port, flags) : Frames.six(port, flags);
        }
    }

    @Override
    public void close() {
        programs.forEach(BareProgram::close);
        plane.attachments().forEach(attachment -> plane.detach(attachment.ifindex()));
        Commands.run("ip link del bench10");
    }
}
