package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.fleetwall.gateway.condition.Severity;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.config.Tuning;
import io.fleetwall.laboratory.fault.SmallDisk;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Hello;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of events of a whole gateway: from a node's batch to lines on disk. */
final class FileSinkTest {
    private static final UUID BOOT = UUID.randomUUID();
    private static final int A_BATCH = 50;

    @TempDir Path state;
    private final UuidV7 ids = new UuidV7(InstantSource.system(), new Random(4));
    private final List<String> told = new ArrayList<>();

    private GatewayUnderTest start(Path file, Map<String, String> words) {
        Tuning usual = Tuning.of(Format.FILE);
        var target =
                new GatewayConfig.Target(
                        "archive",
                        Format.FILE,
                        new Secret(file.toUri().toString()),
                        Optional.empty(),
                        Set.of("loss"),
                        new Tuning(
                                new Tuning.Wanted(Optional.empty(), Severity.INFO),
                                new Tuning.Form(
                                        usual.form().shape(), Optional.empty(), Map.of(), words),
                                new Tuning.Pace(Tuning.Each.EVENT, 100, 1),
                                Optional.empty()));
        var webhooks =
                new GatewayConfig.Webhooks(List.of(), Duration.ofMillis(50), List.of(target));
        return GatewayUnderTest.start(state, config -> GatewayUnderTest.alerting(config, webhooks));
    }

    private static TestNode connect(GatewayUnderTest gateway) {
        TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"));
        node.say(new Hello(1, "n", BOOT, "test", "6.18", List.of()));
        return node;
    }

    /** Stored and acknowledged, about 2 kB each. */
    private void tell(TestNode node, int count) {
        for (int left = count; left > 0; left -= A_BATCH) {
            List<Event> events = new ArrayList<>();
            long first = told.size() + 1L;
            for (int i = 0; i < Math.min(A_BATCH, left); i++) {
                events.add(event());
                told.add(events.getLast().id().toString());
            }
            node.say(new EventBatch(BOOT, first, events));
            while (node.next(EventAck.class).sequence() < told.size()) {}
        }
    }

    private Event event() {
        return new Event(
                ids.next(),
                Instant.now(),
                "n",
                "a",
                EventKind.LOSS,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                "an event of a test ".repeat(100));
    }

    /** Ids of the lines of files, each line a whole object. */
    private static List<String> ids(Path... files) {
        return whole(files)
                .orElseThrow(() ->
                        new AssertionError(List.of(files) + " end in a line, and one does not"));
    }

    /** The same; empty while a last line is being written. */
    private static Optional<List<String>> whole(Path... files) {
        List<String> ids = new ArrayList<>();
        for (Path file : files) {
            try {
                String text = text(file);
                if (!text.isEmpty() && !text.endsWith("\n")) {
                    return Optional.empty();
                }
                text.lines().map(JsonObject::new).forEach(one -> ids.add(one.getString("id")));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return Optional.of(ids);
    }

    /** None of a file that is not there, or is set aside just now. */
    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException absent) {
            return "";
        }
    }

    /** What is in a file once it ends in a line, while somebody may be trying to write on. */
    private static List<String> settled(Path file) {
        AtomicReference<List<String>> found = new AtomicReference<>(List.of());
        Eventually.holds(
                "it ends in a line",
                () -> {
                    Optional<List<String>> now = whole(file);
                    now.ifPresent(found::set);
                    return now.isPresent();
                });
        return found.get();
    }

    private static boolean holds(Path file, Predicate<List<String>> ids) {
        return whole(file).filter(ids).isPresent();
    }

    @Test
    void aFullFileIsSetAsideAndNoLineIsLostOrHalfAndOldOnesGo() throws Exception {
        Path file = state.resolve("events.ndjson");
        Path first = state.resolve("events.ndjson.1");
        Path second = state.resolve("events.ndjson.2");
        Files.writeString(state.resolve("events.ndjson.7"), "of more kept files\n");
        Files.writeString(state.resolve("events.ndjson.old"), "not ours\n");
        try (GatewayUnderTest gateway =
                        start(file, Map.of("rotateMegabytes", "1", "keepFiles", "2"));
                TestNode node = connect(gateway)) {
            tell(node, 1_900);
            Eventually.holds(
                    "the last is written", () -> holds(file, ids -> ids.contains(told.getLast())));
            List<String> kept = ids(second, first, file);
            assertEquals(told.subList(told.size() - kept.size(), told.size()), kept);
            assertTrue(kept.size() > 800 && kept.size() < 1_700, () -> kept.size() + " kept");
            for (Path one : List.of(file, first, second)) {
                assertTrue(Files.size(one) <= 1 << 20, one::toString);
                assertEquals(
                        "rw-r-----",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(one)));
            }
            assertFalse(Files.exists(state.resolve("events.ndjson.3")));
            assertFalse(Files.exists(state.resolve("events.ndjson.7")));
            assertTrue(Files.exists(state.resolve("events.ndjson.old")));
        }
    }

    @Test
    void aNewDayBeginsANewFileAndOneThatIsTooOldGoes() throws Exception {
        Path file = state.resolve("events.ndjson");
        Path first = state.resolve("events.ndjson.1");
        Path second = state.resolve("events.ndjson.2");
        Map<String, String> words = Map.of("rotateDaily", "true", "keepDays", "3");
        try (GatewayUnderTest gateway = start(file, words);
                TestNode node = connect(gateway)) {
            tell(node, 1);
            Eventually.holds("it is written", () -> holds(file, told::equals));
            Files.setLastModifiedTime(file, daysAgo(1));
            Files.writeString(first, "{\"id\":\"of the day before\"}\n");
            Files.setLastModifiedTime(first, daysAgo(2));
            Files.writeString(second, "{\"id\":\"of long ago\"}\n");
            Files.setLastModifiedTime(second, daysAgo(3));
            tell(node, 1);
            Eventually.holds("a new one is begun", () -> holds(file, told.subList(1, 2)::equals));
            assertEquals(told.subList(0, 1), ids(first));
            assertEquals(List.of("of the day before"), ids(second));
            assertFalse(Files.exists(state.resolve("events.ndjson.3")), "older than three days");
            tell(node, 1);
            Eventually.holds("not for each event", () -> holds(file, told.subList(1, 3)::equals));
        }
    }

    private static FileTime daysAgo(int days) {
        return FileTime.from(Instant.now().minus(Duration.ofDays(days)).minusSeconds(5));
    }

    @Test
    void halfALineOfACrashIsCutOffBeforeTheNextOneIsWritten() throws Exception {
        Path file = state.resolve("events.ndjson");
        try (GatewayUnderTest gateway = start(file, Map.of());
                TestNode node = connect(gateway)) {
            tell(node, 3);
            Eventually.holds("it is written", () -> holds(file, told::equals));
        }
        String half = "{\"id\":\"" + "x".repeat(200_000);
        Files.writeString(file, half, StandardOpenOption.APPEND);
        try (GatewayUnderTest gateway = start(file, Map.of());
                TestNode node = connect(gateway)) {
            tell(node, 2);
            Eventually.holds(
                    "whole lines only",
                    () ->
                            size(file) < half.length()
                                    && holds(file, ids -> ids.size() == told.size()));
            assertEquals(told, ids(file));
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void aFullDiskHoldsTheCursorAndNothingIsLostWhenThereIsRoomAgain() {
        try (LogLines logged = LogLines.from(Level.INFO);
                SmallDisk disk = SmallDisk.create()) {
            Path file = disk.directory().resolve("events.ndjson");
            try (GatewayUnderTest gateway = start(file, Map.of());
                    TestNode node = connect(gateway)) {
                tell(node, 2);
                Eventually.holds("it is written", () -> holds(file, told::equals));
                disk.fill();
                tell(node, 150);
                Eventually.holds(
                        "a scrape shows how far it is behind",
                        () -> behind(gateway, "events") > 0 && behind(gateway, "seconds") > 0);
                Eventually.holds(
                        "it is told why",
                        () ->
                                logged.all().stream()
                                        .anyMatch(line -> line.contains("no space left")));
                List<String> written = settled(file);
                assertEquals(told.subList(0, written.size()), written);
                assertTrue(written.size() < told.size(), "the disk was full");
                disk.clear();
                Eventually.holds(
                        "all arrive, in order",
                        new Eventually.Patience(Duration.ofMillis(50), Duration.ofSeconds(90)),
                        () -> holds(file, ids -> ids.size() >= told.size()));
                assertEquals(told, ids(file));
                Eventually.holds("and that it no longer is", () -> behind(gateway, "events") == 0);
                assertEquals(0, behind(gateway, "seconds"));
            }
        }
    }

    private static long behind(GatewayUnderTest gateway, String unit) {
        String name = unit.equals("events") ? "sink_behind_events" : "sink_oldest_seconds";
        return gateway.samples().getOrDefault(name + "{target=\"archive\"}", -1L);
    }
}
