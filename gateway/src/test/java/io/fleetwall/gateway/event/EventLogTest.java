package io.fleetwall.gateway.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.Addresses;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Stores;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventBatch;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.Timeout;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(VertxExtension.class)
@ParameterizedClass
@EnumSource(Stores.class)
final class EventLogTest {
    private static final UUID BOOT = UUID.randomUUID();
    private static final UuidV7 IDS = new UuidV7(InstantSource.system(), new Random(3));
    private static final EventLog.Query ALL = new EventLog.Query(0, Optional.empty(), 10_000);

    private final Stores stores;
    @TempDir Path directory;
    private Database database;

    EventLogTest(Stores stores) {
        this.stores = stores;
    }

    @BeforeEach
    void open() {
        database = Database.open(stores.fresh(), directory.resolve("fleetwall.db"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private EventLog log(Vertx vertx) {
        return new EventLog(database, vertx.eventBus(), InstantSource.system(), (tx, event) -> {});
    }

    private static List<EventLog.Report> reported(int number) {
        return List.of(
                new EventLog.Report("n", new EventBatch(BOOT, number, List.of(event(number)))));
    }

    private static Event event(int number) {
        return new Event(
                IDS.next(),
                Instant.EPOCH,
                "n",
                "a",
                EventKind.FLOW_DENIED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                "number " + number);
    }

    @Test
    @Timeout(value = 60, timeUnit = TimeUnit.SECONDS)
    void whoeverHearsOfAnEventFindsItInTheStore(Vertx vertx, VertxTestContext context) {
        EventLog log = log(vertx);
        vertx.eventBus()
                .<Long>consumer(
                        Addresses.EVENTS_STORED,
                        message ->
                                context.verify(() -> {
                                    assertEquals(1, log.read(ALL).size());
                                    assertEquals(log.newest(), message.body());
                                    context.completeNow();
                                }));
        try (EventIntake intake = new EventIntake(database, log)) {
            intake.take("n", new EventBatch(BOOT, 1, List.of(event(1))))
                    .toCompletableFuture()
                    .join();
        }
    }

    @Test
    void aFailedTransactionLeavesNoEventBehind(Vertx vertx) {
        EventLog log = log(vertx);
        assertThrows(
                IllegalStateException.class,
                () ->
                        database.write(transaction -> {
                            log.append(transaction, reported(1));
                            throw new IllegalStateException("the outbox failed");
                        }));
        assertEquals(List.of(), log.read(ALL));
    }

    @Test
    void whatIsOlderThanTheRetentionIsForgotten(Vertx vertx) {
        InstantSource longAgo = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
        EventLog old = new EventLog(database, vertx.eventBus(), longAgo, (tx, event) -> {});
        EventLog log = log(vertx);
        database.write(tx -> old.append(tx, reported(1)));
        database.write(tx -> log.append(tx, reported(2)));
        assertEquals(1, log.forgetOlderThan(Duration.ofDays(30)));
        assertTrue(log.read(ALL).getFirst().body().getString("message").contains("2"));
    }

    @Test
    void incidentsMessagesAndMutesAreForgottenButNotWhatGoesOn(Vertx vertx) {
        long old = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
        database.write(tx -> {
            for (String state : List.of("open", "resolved", "waiting")) {
                tx.update(
                        "INSERT INTO incident VALUES (?, 'k', 0, ?, 1, ?, 'high', '{}')",
                        state,
                        old,
                        state.equals("open") ? "open" : "resolved");
                tx.update("INSERT INTO sink_message VALUES ('slack', ?, 'C 1')", state);
            }
            tx.update(
                    "INSERT INTO outbox VALUES ('1', 'slack', 'waiting', '{}', 1, 0, 0, 0, 0,"
                            + " 'waiting', 'open')");
            for (long until : List.of(old, Long.MAX_VALUE)) {
                tx.update(
                        "INSERT INTO mute VALUES (?, 'p', 'r', 'b', 0, ?, 0)",
                        Long.toString(until),
                        until);
            }
            return true;
        });
        log(vertx).forgetOlderThan(Duration.ofDays(30));
        assertEquals(
                List.of("open", "waiting"), names("SELECT id AS name FROM incident ORDER BY id"));
        assertEquals(
                List.of("open", "waiting"),
                names("SELECT incident AS name FROM sink_message ORDER BY incident"));
        assertEquals(List.of(Long.toString(Long.MAX_VALUE)), names("SELECT id AS name FROM mute"));
    }

    private List<String> names(String sql) {
        return database.read(tx -> tx.list(sql, row -> row.text("name")));
    }

    @Test
    void theIntakeStoresEverythingOnceUnderManySenders(Vertx vertx) {
        EventLog log = log(vertx);
        try (EventIntake intake = new EventIntake(database, log)) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 40; i++) {
                    EventBatch batch = new EventBatch(BOOT, 1 + i * 20L, List.of(twenty(i)));
                    intake.take("n", batch).toCompletableFuture().join();
                }
            }
        }
        assertEquals(800, log.read(ALL).size());
    }

    private EventLog troubled(Vertx vertx, EventLog.Alongside trouble) {
        return new EventLog(database, vertx.eventBus(), InstantSource.system(), trouble);
    }

    @Test
    void whatAFailingStoreDidNotTakeIsKeptAndStoredInItsOrder(Vertx vertx) {
        AtomicInteger problems = new AtomicInteger(3);
        EventLog log =
                troubled(
                        vertx,
                        (tx, events) -> {
                            if (problems.getAndDecrement() > 0) {
                                tx.update("UPDATE no_such_table SET entry = 1");
                            }
                        });
        try (EventIntake intake = new EventIntake(database, log)) {
            var first = intake.take("n", new EventBatch(BOOT, 1, List.of(twenty(0))));
            var second = intake.take("n", new EventBatch(BOOT, 21, List.of(twenty(1))));
            assertEquals(20, first.toCompletableFuture().join());
            assertEquals(40, second.toCompletableFuture().join());
        }
        assertTrue(problems.get() < 0, "there were none");
        assertEquals(
                IntStream.range(0, 40).mapToObj(i -> "number " + i).toList(),
                log.read(ALL).stream().map(event -> event.body().getString("message")).toList());
    }

    @Test
    void anEventThatTheStoreRefusesIsALossAndAllOthersAreStored(Vertx vertx) {
        EventLog log =
                troubled(
                        vertx,
                        (tx, events) ->
                                events.stream()
                                        .map(event -> event.body().getString("message"))
                                        .filter(message -> message.endsWith(" 33"))
                                        .forEach(poison ->
                                                tx.update(
                                                        "INSERT INTO told_head (id, entry)"
                                                                + " VALUES (1, 1)")));
        CountDownLatch hold = new CountDownLatch(1);
        Thread writer = Thread.ofVirtual().start(() -> database.write(tx -> await(hold)));
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        try (EventIntake intake = new EventIntake(database, log)) {
            for (int i = 0; i < 5; i++) {
                EventBatch batch = new EventBatch(BOOT, 1, List.of(twenty(i)));
                answers.add(intake.take("n" + i, batch).toCompletableFuture());
            }
            hold.countDown();
            assertTrue(joined(writer));
            answers.forEach(answer -> assertEquals(20, answer.join()));
        }
        List<JsonObject> stored = log.read(ALL).stream().map(StoredEvent::body).toList();
        assertEquals(100, stored.size());
        List<JsonObject> lost =
                stored.stream().filter(one -> one.getString("kind").equals("loss")).toList();
        assertEquals(1, lost.size(), lost::toString);
        assertEquals(
                "the store did not take a flow.denied event; see the gateway's log",
                lost.getFirst().getString("message"));
        assertEquals(100, stored.stream().map(one -> one.getString("id")).distinct().count());
        assertEquals(
                IntStream.range(20, 40).filter(i -> i != 33).mapToObj(i -> "number " + i).toList(),
                stored.stream()
                        .map(one -> one.getString("message"))
                        .filter(message -> message.matches("number (2|3)[0-9]"))
                        .toList());
    }

    @Test
    void whatFindsNoRoomIsTakenAgainInItsOrder(Vertx vertx) {
        EventLog log = log(vertx);
        CountDownLatch hold = new CountDownLatch(1);
        Thread writer = Thread.ofVirtual().start(() -> database.write(tx -> await(hold)));
        Set<Long> stored = ConcurrentHashMap.newKeySet();
        try (EventIntake intake = new EventIntake(database, log)) {
            List<CompletableFuture<Boolean>> answers = new ArrayList<>();
            for (long i = 1; i <= 1_200; i++) {
                answers.add(take(intake, i, stored));
            }
            assertTrue(answers.getLast().join(), "there is room for everything");
            hold.countDown();
            assertTrue(joined(writer));
            answers.forEach(CompletableFuture::join);
            long last = stored.stream().mapToLong(Long::longValue).max().orElseThrow();
            assertEquals(last, stored.size(), "stored with gaps");
            for (long i = last + 1; i <= 1_200; i++) {
                assertFalse(take(intake, i, stored).join());
            }
        }
        assertEquals(1_200, log.read(ALL).size());
    }

    private static CompletableFuture<Boolean> take(EventIntake intake, long at, Set<Long> stored) {
        return intake.take("n", new EventBatch(BOOT, at, List.of(event((int) at))))
                .handle((sequence, failed) -> failed == null ? !stored.add(sequence) : true)
                .toCompletableFuture();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean joined(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Event[] twenty(int batch) {
        Event[] events = new Event[20];
        for (int i = 0; i < events.length; i++) {
            events[i] = event(batch * 20 + i);
        }
        return events;
    }
}
