package io.fleetwall.load.events;

import io.fleetwall.laboratory.postgres.PostgresServer;
import io.fleetwall.load.gateway.Programs;
import io.fleetwall.load.result.Report;
import io.fleetwall.load.result.Section;
import io.fleetwall.load.rollout.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code ./fleetwall bench events}: from a denied packet to a receiver's request, and what a store
 * takes. Ends with 1 when a target is missed.
 */
public final class EventsBenchmark {
    private EventsBenchmark() {}

    /** Options: see {@link EventsOptions}. */
    public static void main(String... words) throws Exception {
        EventsOptions options = EventsOptions.parse(List.of(words));
        Instant at = Instant.now();
        Path directory = Files.createTempDirectory("fleetwall-events");
        Progress progress = new Progress(System.nanoTime());
        progress.say("raw logs in " + directory);
        List<Section> sections =
                switch (options.part()) {
                    case SPEED -> {
                        List<Section> all = new ArrayList<>(ingest(options, directory, progress));
                        all.add(new EndToEnd(options, directory, progress).measure());
                        yield all;
                    }
                    case INGEST -> ingest(options, directory, progress);
                    case END_TO_END ->
                            List.of(new EndToEnd(options, directory, progress).measure());
                    case LEDGER ->
                            List.of(
                                    new Ledger(
                                                    Script.of(options.seconds()),
                                                    Programs.LAUNCHED,
                                                    directory,
                                                    progress)
                                            .measure());
                };
        Report report = new Report(options.command(), at, sections);
        report.end(options.output());
    }

    private static List<Section> ingest(EventsOptions options, Path directory, Progress progress)
            throws Exception {
        List<Section> sections = new ArrayList<>();
        try (PostgresServer server = PostgresServer.start()) {
            sections.add(
                    new Ingest(options, directory, progress).measure(Stored.inPostgresql(server)));
        }
        sections.add(new Ingest(options, directory, progress).measure(Stored.inSqlite()));
        return sections;
    }
}
