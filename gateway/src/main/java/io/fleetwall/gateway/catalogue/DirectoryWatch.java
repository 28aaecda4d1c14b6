package io.fleetwall.gateway.catalogue;

import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.policy.document.PolicyDirectory;
import io.fleetwall.policy.document.Problem;
import io.fleetwall.policy.document.SourceFile;
import io.fleetwall.protocol.event.EventKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes a directory whenever its content changes. What it held when it last became a revision
 * is remembered in the store: a restart publishes nothing by itself and so undoes no rollback.
 *
 * <p>Vert.x Config polls and merges a directory into one object; policies need every file by
 * itself, its lines and columns, and milliseconds. So inotify, and a look every 10 s in case it
 * lost something (a full queue, a network file system).
 */
public final class DirectoryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(10);

    /** A directory that is written all the time is still read after so many settle times. */
    private static final int PATIENCE = 20;

    /** Stands for the digest of a directory that could not be read. */
    private static final String UNREADABLE = "unreadable";

    private final Path directory;
    private final Duration settle;
    private final Policies policies;
    private final OwnEvents events;
    private final WatchService service;
    private final Thread thread;
    private @Nullable String lastSeen;

    private DirectoryWatch(Path directory, Duration settle, Policies policies, OwnEvents events)
            throws IOException {
        this.directory = directory;
        this.settle = settle;
        this.policies = policies;
        this.events = events;
        this.service = directory.getFileSystem().newWatchService();
        this.thread = Thread.ofVirtual().name("policy-directory").unstarted(this::watch);
    }

    /** Watches from now on; the first look is taken before this returns. */
    public static DirectoryWatch start(
            Path directory, Duration settle, Policies policies, OwnEvents events) {
        try {
            DirectoryWatch watch =
                    new DirectoryWatch(
                            directory.toAbsolutePath().normalize(), settle, policies, events);
            watch.register();
            watch.look();
            watch.thread.start();
            return watch;
        } catch (IOException failed) {
            throw new UncheckedIOException("watch " + directory, failed);
        }
    }

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                WatchKey key = service.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (key != null) {
                    settle(key);
                    register();
                }
                look();
            } catch (InterruptedException | ClosedWatchServiceException closed) {
                return;
            } catch (IOException | RuntimeException failed) {
                LOG.atError()
                        .addKeyValue("directory", directory)
                        .setCause(failed)
                        .log("policy directory not read; looking again");
            }
        }
    }

    private void settle(WatchKey first) throws InterruptedException {
        WatchKey key = first;
        for (int i = 0; i < PATIENCE && key != null; i++) {
            key.pollEvents();
            key.reset();
            key = service.poll(settle.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (key != null) {
            key.reset();
        }
    }

    /** Registering a directory again only returns its key. */
    private void register() throws IOException {
        try (Stream<Path> below = Files.walk(directory)) {
            for (Path path : below.filter(Files::isDirectory).toList()) {
                path.register(
                        service,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
            }
        }
    }

    private void look() {
        switch (PolicyDirectory.list(directory)) {
            case PolicyDirectory.Listing.Found(var files, var warnings) -> found(files, warnings);
            case PolicyDirectory.Listing.Refused(var problems) -> {
                if (!UNREADABLE.equals(lastSeen)) {
                    refused(problems);
                }
                lastSeen = UNREADABLE;
            }
        }
    }

    private void found(List<SourceFile> files, List<Problem> warnings) {
        String digest = HexFormat.of().formatHex(SourceFile.digest(files));
        if (digest.equals(lastSeen)) {
            return;
        }
        log(warnings);
        Optional<String> published =
                policies.database().read(tx -> RevisionTable.directory(tx, directory.toString()));
        if (published.isPresent() && published.get().equals(digest)) {
            lastSeen = digest;
            return;
        }
        publish(files, digest);
        lastSeen = digest;
    }

    private void publish(List<SourceFile> files, String digest) {
        Proposal proposal =
                new Proposal(
                        files,
                        new Proposal.Author(
                                "directory", Revision.Cause.DIRECTORY, "changed in " + directory),
                        Optional.empty());
        Publication publication =
                policies.publish(
                        proposal,
                        tx ->
                                RevisionTable.rememberDirectory(
                                        tx,
                                        directory.toString(),
                                        digest,
                                        System.currentTimeMillis()));
        switch (publication) {
            case Publication.Published(var revision, var warnings) -> log(warnings);
            case Publication.Unchanged(var revision, var warnings) -> log(warnings);
            case Publication.Refused(var problems) -> refused(problems);
            case Publication.Conflict(var expected, var head) ->
                    throw new IllegalStateException("lost every race, head is " + head);
        }
    }

    private void refused(List<Problem> problems) {
        log(problems);
        Problem first = problems.getFirst();
        events.say(
                OwnEvents.Fact.ofFleet(
                        EventKind.POLICY_REFUSED,
                        "policy directory refused, revision "
                                + policies.current().revision().number()
                                + " stays: "
                                + problems.size()
                                + " problem(s), first: "
                                + first));
    }

    private static void log(List<Problem> problems) {
        for (Problem problem : problems) {
            LOG.atWarn()
                    .addKeyValue("code", problem.code())
                    .addKeyValue("place", problem.origin())
                    .addKeyValue("problem", problem.message())
                    .addKeyValue("hint", problem.hint())
                    .log("policy problem");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            service.close();
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (IOException failed) {
            throw new UncheckedIOException("close watch of " + directory, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
