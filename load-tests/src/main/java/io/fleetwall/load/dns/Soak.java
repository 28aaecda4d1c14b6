package io.fleetwall.load.dns;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.load.dns.Load.Outcome;
import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Section;
import io.fleetwall.load.result.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Half of what the node can give, for minutes, while its policy changes each second and an upstream
 * falls silent now and then: no lost answer, no wrong one, no growth of memory.
 */
final class Soak implements AutoCloseable {
    private static final Duration WINDOW = Duration.ofSeconds(10);

    /** Windows until the heap has its size; growth is counted from then on. */
    private static final int SETTLED = 3;

    private static final double GROWTH_MEGABYTES = 8;

    private final Field field;
    private final Path zipf;
    private final Stub stub;
    private final Gateway gateway;
    private final Contestant node;
    private final Path log;
    private int changes;

    private Soak(Field field, Path directory, Stub stub, Gateway gateway, Contestant node) {
        this.field = field;
        this.zipf = Questions.zipfFile(directory);
        this.log = RunnerNodes.log(directory);
        this.stub = stub;
        this.gateway = gateway;
        this.node = node;
    }

    static Soak prepare(Field field, Path home, Path directory)
            throws IOException, GeneralSecurityException {
        Path zipf = Questions.zipf(directory);
        Stub stub = Stub.start(field, directory, 0);
        Gateway gateway = Gateway.start(home, directory, 0);
        Contestant node = new RunnerNodes(home, directory, gateway).first(1);
        new Load(field, zipf, 0, 60).fill(node, Questions.all(directory));
        return new Soak(field, directory, stub, gateway, node);
    }

    Section run(Duration time) {
        Outcome full = new Load(field, zipf, 0, WINDOW.toSeconds()).batches(node);
        int rate = (int) (full.answered() / WINDOW.toSeconds() / 2);
        Series memory = new Series("resident after each window, MB");
        Series p99 = new Series("p99 of each window, µs");
        long asked = 0;
        long lost = 0;
        long wrong = 0;
        long before = applied();
        ScheduledThreadPoolExecutor meddler = new ScheduledThreadPoolExecutor(1, Soak::aside);
        var meddling = meddler.scheduleAtFixedRate(this::meddle, 1, 1, TimeUnit.SECONDS);
        for (long i = 0; i < time.dividedBy(WINDOW); i++) {
            Outcome outcome = new Load(field, zipf, 0, WINDOW.toSeconds()).paced(node, rate);
            asked += outcome.asked();
            lost += outcome.lost() - outcome.wrong();
            wrong += outcome.wrong();
            memory.add(node.residentMegabytes());
            p99.add(outcome.p99());
            System.err.printf(
                    "  soak %d  %d asked, %d lost, %d wrong, %.1f MB, p99 %.0f µs%n",
                    i, outcome.asked(), lost, wrong, memory.samples().getLast(), outcome.p99());
        }
        boolean lasted = !meddling.isDone();
        meddling.cancel(false);
        meddler.shutdown();
        boolean last = gateway.settles();
        // The line in the log follows the acknowledgement.
        Await.until(Duration.ofSeconds(5), () -> applied() - before >= changes);
        long applied = applied() - before;
        double growth = growth(memory.samples());
        return new Section(
                "Soak",
                "half of the full rate, policy of 10,001 rules changed each second, upstream silent"
                        + " for two seconds in every fifteen",
                List.of(
                        Line.of("rate", "%d q/s", rate),
                        Line.of("policies published", "%d", changes).atLeast(lasted ? 1 : 0, 1, ""),
                        Line.of("put in force, the last of them too", "%d", applied)
                                .atLeast(last ? (double) applied : 0, changes, ""),
                        Line.of("asked", "%d", asked),
                        Line.of("lost", "%d", lost).atMost((double) lost, 0, ""),
                        Line.of("wrong or refused", "%d", wrong).atMost((double) wrong, 0, ""),
                        Line.of("p99, median of windows", "%.0f µs", p99.median()),
                        Line.of("growth of memory", "%.1f MB", growth)
                                .atMost(growth, GROWTH_MEGABYTES, "MB")),
                List.of(memory, p99));
    }

    /**
     * By how much the later half of the windows lies above the earlier, by their medians: within a
     * minute the heap rises and falls with its collections by more than may be lost in ten.
     */
    private static double growth(List<Double> megabytes) {
        List<Double> settled =
                megabytes.subList(Math.min(SETTLED, megabytes.size() - 1), megabytes.size());
        int half = (settled.size() + 1) / 2;
        List<Double> later = settled.subList(settled.size() - half, settled.size());
        List<Double> earlier = settled.subList(0, half);
        return new Series("later", later).median() - new Series("earlier", earlier).median();
    }

    /** Policies that the node put in force since its start. */
    private long applied() {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" policy in force ")).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A failed run must end, and not go on publishing. */
    private static Thread aside(Runnable work) {
        return Thread.ofPlatform().daemon().name("meddler").unstarted(work);
    }

    /** Each second another policy; every fifteenth also an upstream that says nothing. */
    private void meddle() {
        try {
            changes++;
            gateway.publish(443 + changes % 2);
            if (changes % 15 == 0) {
                stub.fail();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        node.child().close();
        gateway.close();
        stub.close();
    }
}
