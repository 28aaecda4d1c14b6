package io.fleetwall.load;

import io.fleetwall.load.bpf.BpfBenchmark;
import io.fleetwall.load.dns.DnsBenchmark;
import io.fleetwall.load.events.EventsBenchmark;
import io.fleetwall.load.rollout.RolloutBenchmark;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.Main;

/** {@code ./fleetwall bench NAME [options]}: runs one benchmark, or lists them. */
public final class Bench {
    private static final int USAGE = 2;

    /** A benchmark's own main method. */
    private interface Entry {
        void run(String... options) throws Exception;
    }

    private static final Map<String, Entry> BENCHES =
            new TreeMap<>(
                    Map.of(
                            "bpf",
                            BpfBenchmark::main,
                            "dns",
                            DnsBenchmark::main,
                            "dns-hit",
                            options -> jmh("HitBenchmark", options),
                            "events",
                            EventsBenchmark::main,
                            "policy",
                            options -> jmh("PolicyBenchmark", options),
                            "rollout",
                            RolloutBenchmark::main));

    private Bench() {}

    /** Runs the benchmark named first; the rest are its options. */
    public static void main(String[] args) throws Exception {
        // Gateway and agent are on this class path, each with its own; a result is all that is
        // said.
        System.setProperty("logback.configurationFile", "logback-bench.xml");
        Entry bench = args.length == 0 ? null : BENCHES.get(args[0]);
        if (bench == null) {
            System.err.println("usage: fleetwall bench NAME [options]");
            System.err.println("benchmarks: " + String.join(", ", BENCHES.keySet()));
            System.exit(args.length == 0 || args[0].equals("--help") ? 0 : USAGE);
        } else {
            bench.run(Arrays.copyOfRange(args, 1, args.length));
        }
    }

    private static void jmh(String include, String... options) throws Exception {
        String[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = include;
        Main.main(all);
    }
}
