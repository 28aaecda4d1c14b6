package io.fleetwall.load.dns;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.load.dns.Rounds.Plan;
import io.fleetwall.load.dns.Rounds.Way;
import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Output;
import io.fleetwall.load.result.Report;
import io.fleetwall.load.result.Section;
import io.fleetwall.load.result.Series;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * {@code ./fleetwall bench dns}: the runner node's DNS proxy beside dnsdist and unbound, against
 * its targets. Ends with 1 when one is missed.
 */
public final class DnsBenchmark {
    private static final int USAGE = 2;
    private static final int STARTS = 7;
    private static final double MEMORY_MEGABYTES = 128;
    private static final double START_SECONDS = 0.7;

    private final Path home = Path.of(System.getProperty("fleetwall.home", ".")).toAbsolutePath();
    private final Path directory;
    private final Plan plan;
    private final Instant at = Instant.now();

    private DnsBenchmark(Path directory, Plan plan) {
        this.directory = directory;
        this.plan = plan;
    }

    private static final Set<Way> ALL = Collections.unmodifiableSet(EnumSet.allOf(Way.class));

    /** 9 rounds are about eight minutes. */
    private static final Plan WHOLE = new Plan(ALL, 9, 3, 3);

    private static final Plan QUICK = new Plan(ALL, 3, 1, 2);

    /** What can be measured of the node alone, without peers. */
    private enum Part {
        NONE,
        START,
        MEMORY
    }

    /** Options: {@code --json}, {@code --quick}, {@code --only WAY}, {@code --soak MINUTES}. */
    public static void main(String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of(options));
        boolean json = words.remove("--json");
        boolean quick = words.remove("--quick");
        int soak = minutes(words);
        Part alone = alone(words);
        Plan plan = only(words, quick ? QUICK : WHOLE);
        if (!words.isEmpty() || soak < 0) {
            System.err.println(
                    "usage: fleetwall bench dns [--json] [--quick] [--soak MINUTES]"
                            + " [--only batches|dnsperf|paced|misses|start|memory]");
            System.exit(USAGE);
        }
        Path directory = Files.createTempDirectory("fleetwall-bench-dns");
        DnsBenchmark benchmark = new DnsBenchmark(directory, plan);
        Report report =
                soak > 0
                        ? benchmark.soak(soak)
                        : alone == Part.NONE ? benchmark.compare() : benchmark.alone(alone);
        String part = plan.ways().size() == 1 || alone != Part.NONE ? "-part" : "";
        String name = soak > 0 ? "dns-soak" : (quick ? "dns-quick" : "dns") + part;
        Path result =
                benchmark.home.resolve(
                        "load-tests/results/"
                                + name
                                + "-"
                                + LocalDate.now(ZoneOffset.UTC)
                                + ".json");
        Files.writeString(result, report.json().encodePrettily() + "\n");
        System.err.println("raw result: " + result);
        report.end(json ? Output.JSON : Output.TEXT);
    }

    private static int minutes(List<String> words) {
        int place = words.indexOf("--soak");
        if (place < 0) {
            return 0;
        }
        words.remove(place);
        boolean number = place < words.size() && words.get(place).matches("[1-9][0-9]{0,2}");
        return number ? Integer.parseInt(words.remove(place)) : -1;
    }

    /** The part of the node alone that the options name. */
    private static Part alone(List<String> words) {
        int place = words.indexOf("--only");
        for (Part part : EnumSet.of(Part.START, Part.MEMORY)) {
            String name = part.name().toLowerCase(Locale.ROOT);
            if (place >= 0 && words.subList(place + 1, words.size()).indexOf(name) == 0) {
                words.subList(place, place + 2).clear();
                return part;
            }
        }
        return Part.NONE;
    }

    /** The plan with one way of asking when the options name one; who names none is not heard. */
    private static Plan only(List<String> words, Plan plan) {
        int place = words.indexOf("--only");
        String named = place < 0 || place + 1 == words.size() ? "" : words.get(place + 1);
        for (Way way : Way.values()) {
            if (way.name().toLowerCase(Locale.ROOT).equals(named)) {
                words.subList(place, place + 2).clear();
                return plan.only(way);
            }
        }
        return plan;
    }

    private Report compare() throws Exception {
        say("namespaces, upstream, gateway, servers");
        Field field = field();
        Path zipf = Questions.zipf(directory);
        Path all = Questions.all(directory);
        List<Contestant> servers = new ArrayList<>();
        try (Stub stub = Stub.start(field, directory, 0);
                Gateway gateway = Gateway.start(home, directory, 0)) {
            RunnerNodes nodes = new RunnerNodes(home, directory, gateway);
            Peers peers = new Peers(directory, 1);
            servers.add(nodes.first(1));
            servers.add(peers.dnsdist());
            servers.add(peers.unbound());
            Rounds rounds = new Rounds(field, zipf, stub, servers, plan);
            say("warming up");
            rounds.warmUp(all);
            for (int i = 0; i < plan.rounds(); i++) {
                say("round " + (i + 1) + " of " + plan.rounds());
                rounds.run();
            }
            List<Section> sections = new ArrayList<>(rounds.sections());
            sections.add(memory(servers));
            if (plan.ways().size() == 1) {
                return new Report("bench dns, in part", at, sections);
            }
            servers.getFirst().child().close();
            say("starts");
            sections.add(starts(field, nodes, all));
            return new Report("bench dns", at, sections);
        } finally {
            servers.forEach(server -> server.child().close());
        }
    }

    private Report alone(Part part) throws Exception {
        say("namespaces, upstream, gateway, node");
        Field field = field();
        Path all = Questions.all(directory);
        List<Contestant> node = new ArrayList<>();
        try (Stub stub = Stub.start(field, directory, 0);
                Gateway gateway = Gateway.start(home, directory, 0)) {
            RunnerNodes nodes = new RunnerNodes(home, directory, gateway);
            node.add(nodes.first(1));
            Section section =
                    switch (part) {
                        case MEMORY -> {
                            Rounds rounds =
                                    new Rounds(field, Questions.zipf(directory), stub, node, plan);
                            rounds.warmUp(all);
                            for (int i = 0; i < plan.rounds(); i++) {
                                rounds.run();
                            }
                            yield memory(node);
                        }
                        case START, NONE -> {
                            node.getFirst().child().close();
                            yield starts(field, nodes, all);
                        }
                    };
            return new Report("bench dns, in part", at, List.of(section));
        } finally {
            node.forEach(each -> each.child().close());
        }
    }

    private Field field() throws IOException {
        return Field.prepare(home.resolve("load-tests/src/main/c/dns"), directory);
    }

    private static Section memory(List<Contestant> servers) {
        List<Line> lines = new ArrayList<>();
        for (Contestant server : servers) {
            double megabytes = server.residentMegabytes();
            Line line = Line.of(server.name(), "%.0f MB", megabytes);
            lines.add(
                    server.equals(servers.getFirst())
                            ? line.atMost(megabytes, MEMORY_MEGABYTES, "MB")
                            : line);
        }
        return new Section(
                "Resident memory", "VmRSS of the whole process after the rounds", lines, List.of());
    }

    /** With the policy it has on disk; the client asks each millisecond, from before the exec. */
    private Section starts(Field field, RunnerNodes nodes, Path all) throws Exception {
        Series seconds = new Series("exec to first answer, s");
        for (int i = 0; i < STARTS; i++) {
            List<String> ask =
                    List.of(
                            field.tools().resolve("dnsload").toString(),
                            "first",
                            Field.NODE,
                            Integer.toString(RunnerNodes.DNS_PORT),
                            "20",
                            all.toString());
            Process client = new ProcessBuilder(Field.asking(0, ask)).start();
            Await.until(Duration.ofMillis(300), () -> !client.isAlive());
            long start = System.nanoTime();
            Contestant node = nodes.again(nodes.command());
            String said =
                    new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            var outcome = new io.vertx.core.json.JsonObject(said);
            if (outcome.getLong("answered") == 0) {
                throw new IllegalStateException("no answer: " + node.child().tail());
            }
            seconds.add((outcome.getLong("at") - start) / 1e9);
            node.child().close();
        }
        return new Section(
                "Start",
                "exec of the JVM to the first answer of an allowed name, whole node, policy from"
                        + " disk; median of "
                        + STARTS,
                List.of(
                        Line.of("exec to first answer", "%.3f s", seconds.median())
                                .atMost(seconds.median(), START_SECONDS, "s")),
                List.of(seconds));
    }

    private Report soak(int minutes) throws Exception {
        try (Soak soak = Soak.prepare(field(), home, directory)) {
            return new Report(
                    "bench dns --soak " + minutes,
                    at,
                    List.of(soak.run(Duration.ofMinutes(minutes))));
        }
    }

    private static void say(String what) {
        System.err.println("bench dns: " + what);
    }
}
