package io.fleetwall.load.bpf;

import io.fleetwall.bpf.AttachmentState;
import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.Direction;
import io.fleetwall.bpf.Interfaces;
import io.fleetwall.bpf.SlotOptions;
import io.fleetwall.bpf.TableSet;
import io.fleetwall.load.result.Commands;
import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Section;
import io.fleetwall.load.result.Series;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What one TCP connection of iperf3 brings through a veth pair, as a job in a container sends.
 *
 * <p>The filter is taken off and put on while it runs, and the bytes are counted in between: on a
 * machine that does other things too, separate runs differ more by chance than by the filter. It is
 * taken off as a meddler would, and put back by the repair: so it is in force at once, and TCP
 * loses nothing. Each window is compared with the one beside it: what the machine does meanwhile
 * changes from second to second.
 */
final class Throughput {
    private static final int PAIRS = 121;
    private static final long SETTLE_NANOS = 100_000_000L;
    private static final long WINDOW_NANOS = 300_000_000L;

    /** Longer than all windows. */
    private static final int SECONDS = 600;

    private static final String LINK = "iperfhost";
    private static final Path BYTES = Path.of("/sys/class/net", LINK, "statistics", "rx_bytes");

    private final DataPlane plane;
    private final Path pins;

    Throughput(DataPlane plane, Path pins) {
        this.plane = plane;
        this.pins = pins;
    }

    Section measure() {
        Series without = new Series("without, Gbit/s");
        Series with = new Series("with, Gbit/s");
        Series ratios = new Series("with / without, %");
        Commands.all(
                "ip netns add iperf",
                "ip link add " + LINK + " type veth peer name eth0 netns iperf",
                "ip addr add 10.0.1.1/24 dev " + LINK,
                "ip link set " + LINK + " up",
                "ip -n iperf addr add 10.0.1.2/24 dev eth0",
                "ip -n iperf link set eth0 up");
        TableSet set = plane.build(BenchPolicies.ofRules(10_000, 5201), 1, new byte[32]);
        Process server = start("iperf3 --server --bind 10.0.1.1 --forceflush");
        awaitListening(server);
        Process client =
                start(
                        "nsenter --net=/run/netns/iperf iperf3 --client 10.0.1.1 --interval 0"
                                + " --time "
                                + SECONDS);
        try {
            plane.attach(LINK, Interfaces.indexOf(LINK), Direction.INGRESS);
            plane.flip(Interfaces.indexOf(LINK), set, SlotOptions.NONE);
            if (rate() == 0) {
                throw new IllegalStateException("iperf3 sends nothing");
            }
            for (int pair = 0; pair < PAIRS; pair++) {
                double bare;
                double judged;
                if (pair % 2 == 0) {
                    bare = unfiltered();
                    judged = filtered();
                } else {
                    judged = filtered();
                    bare = unfiltered();
                }
                without.add(bare);
                with.add(judged);
                ratios.add(100 * judged / bare);
            }
        } finally {
            client.destroy();
            server.destroy();
            plane.detach(Interfaces.indexOf(LINK));
            plane.release(set);
            Commands.all("ip link del " + LINK, "ip netns del iperf");
        }
        return new Section(
                "Throughput",
                "iperf3, one TCP connection over a veth pair, filter on and off in turn, "
                        + PAIRS
                        + " pairs of 0.3 s; median of their ratios",
                List.of(
                        Line.of("without the filter", "%.2f Gbit/s", without.median()),
                        Line.of("with the filter", "%.2f Gbit/s", with.median())
                                .atLeast(ratios.median(), 97, "%")),
                List.of(without, with, ratios));
    }

    private static Process start(String line) {
        try {
            return new ProcessBuilder(line.split(" ", -1)).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it says later is little, and stays in the pipe. */
    private static void awaitListening(Process server) {
        StringBuilder said = new StringBuilder();
        try {
            while (said.indexOf("listening") < 0) {
                int next = server.getInputStream().read();
                if (next < 0) {
                    throw new IllegalStateException("iperf3 ended: " + said);
                }
                said.append((char) next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private double filtered() {
        require(AttachmentState.INTACT, plane.repair(Interfaces.indexOf(LINK)));
        double rate = rate();
        require(AttachmentState.INTACT, plane.attached(Interfaces.indexOf(LINK)));
        return rate;
    }

    private double unfiltered() {
        int ifindex = Interfaces.indexOf(LINK);
        Commands.run("bpftool link detach pinned " + links() + "/" + ifindex + "_ingress");
        double rate = rate();
        require(AttachmentState.DETACHED, plane.attached(ifindex));
        return rate;
    }

    /** Below the directory of the layout version, the only one here. */
    private Path links() {
        try (Stream<Path> versions = Files.list(pins)) {
            return versions.filter(Files::isDirectory).findFirst().orElseThrow().resolve("links");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void require(AttachmentState expected, AttachmentState found) {
        if (found != expected) {
            throw new IllegalStateException("the filter is " + found.text());
        }
    }

    /** Gbit/s of one window. */
    private static double rate() {
        LockSupport.parkNanos(SETTLE_NANOS);
        long bytes = bytes();
        long start = System.nanoTime();
        LockSupport.parkNanos(WINDOW_NANOS);
        long more = bytes() - bytes;
        return more * 8.0 / (System.nanoTime() - start);
    }

    private static long bytes() {
        try {
            return Long.parseLong(Files.readString(BYTES).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
