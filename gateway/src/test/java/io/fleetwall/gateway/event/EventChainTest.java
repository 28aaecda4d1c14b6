package io.fleetwall.gateway.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.StoreException;
import io.fleetwall.gateway.store.Stores;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventBatch;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Stores.class)
final class EventChainTest {
    private static final Instant TODAY = Instant.parse("2026-03-10T12:00:00Z");
    private static final UuidV7 IDS = new UuidV7(InstantSource.system(), new Random(4));
    private static final int BATCH = 3;
    private static final Vertx BUS = Vertx.vertx();

    private final Stores stores;
    @TempDir Path directory;
    private GatewayConfig.Store store = new GatewayConfig.Store.Embedded();
    private Database database;
    private Instant now = TODAY;

    EventChainTest(Stores stores) {
        this.stores = stores;
    }

    @AfterAll
    static void noBus() {
        BUS.close().await();
    }

    @BeforeEach
    void open() {
        store = stores.fresh();
        database = another();
    }

    private Database another() {
        return Database.open(store, directory.resolve("fleetwall.db"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private EventLog log(Database of) {
        return new EventLog(of, BUS.eventBus(), () -> now, (tx, event) -> {});
    }

    /** Batches of three events from one life of a node, each a transaction. */
    private void store(Database of, int batches) {
        UUID boot = UUID.randomUUID();
        for (int i = 0; i < batches; i++) {
            EventLog.Report report = report(boot, i);
            of.write(tx -> log(of).append(tx, List.of(report)));
        }
    }

    private static EventLog.Report report(UUID boot, int batch) {
        return new EventLog.Report(
                "n", new EventBatch(boot, 1 + (long) batch * BATCH, events(batch)));
    }

    private static List<Event> events(int batch) {
        return IntStream.range(0, BATCH)
                .mapToObj(i ->
                        new Event(
                                IDS.next(),
                                TODAY,
                                "n",
                                "a",
                                EventKind.FLOW_DENIED,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                1,
                                "number " + (batch * BATCH + i + 1)))
                .toList();
    }

    private EventCheck.Findings findings() {
        EventCheck.Place place = EventCheck.Place.BEGIN;
        List<String> flaws = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        long links = 0;
        long events = 0;
        while (true) {
            EventCheck.Place from = place;
            EventCheck.Findings found = database.read(tx -> EventCheck.go(tx, from));
            flaws.addAll(found.flaws());
            notes.addAll(found.notes());
            links += found.links();
            events += found.events();
            place = found.place();
            if (found.complete()) {
                return new EventCheck.Findings(place, true, links, events, flaws, notes);
            }
        }
    }

    private void tamper(String... statements) {
        database.write(tx -> {
            guardsOff(tx);
            int changed = 0;
            for (String sql : statements) {
                changed += tx.update(sql);
            }
            assertTrue(changed > 0, "nothing was tampered with");
            return changed;
        });
    }

    private void guardsOff(Transaction tx) {
        for (String table : List.of("event", "event_link")) {
            switch (stores) {
                case SQLITE -> {
                    tx.update("DROP TRIGGER " + table + "_unchanged");
                    tx.update("DROP TRIGGER " + table + "_kept");
                }
                case POSTGRESQL -> tx.update("ALTER TABLE " + table + " DISABLE TRIGGER USER");
            }
        }
    }

    @Test
    void whatSeveralGatewaysStoreIsOneChainThatHolds() throws Exception {
        try (Database other = another();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> storing = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Database mine = i % 2 == 0 ? database : other;
                storing.add(threads.submit(() -> store(mine, 20)));
            }
            for (Future<?> one : storing) {
                one.get();
            }
        }
        EventCheck.Findings found = findings();
        assertEquals(List.of(), found.flaws());
        assertEquals(List.of(), found.notes());
        assertEquals(160, found.links());
        assertEquals(480, found.events());
        assertEquals(160, found.place().link());
    }

    @Test
    void aStoreWithoutEventsHasNoFlaw() {
        assertEquals(
                new EventCheck.Findings(EventCheck.Place.BEGIN, true, 0, 0, List.of(), List.of()),
                findings());
    }

    @Test
    void eventsAndLinksCannotBeChangedOrDeletedByMistake() {
        store(database, 2);
        for (String change :
                List.of(
                        "UPDATE event SET body = '{}' WHERE entry = 2",
                        "DELETE FROM event WHERE entry = 2",
                        "UPDATE event_link SET hash = '' WHERE entry = 1",
                        "DELETE FROM event_link WHERE entry = 1")) {
            StoreException refused =
                    assertThrows(
                            StoreException.class, () -> database.write(tx -> tx.update(change)));
            assertTrue(refused.toString().contains("append-only"), refused::toString);
        }
        assertEquals(List.of(), findings().flaws());
    }

    @Test
    void aChangedEventIsFound() {
        for (String column : List.of("body", "id", "kind", "origin", "boot")) {
            store(database, 1);
            long last = database.read(EventChain::head).entry();
            if (column.equals("body")) {
                tamper("UPDATE event SET body = replace(body, 'number', 'Number')");
            } else {
                database.write(tx ->
                        tx.update("UPDATE event SET " + column + " = 'x' WHERE entry = " + last));
            }
        }
        database.write(tx -> tx.update("UPDATE event SET at = at + 1 WHERE entry = 1"));
        List<String> flaws = findings().flaws();
        assertEquals(5, flaws.size(), flaws::toString);
        assertEquals("events 1 to 3 (link 1) are not as they were stored", flaws.getFirst());
    }

    @Test
    void aRemovedEventIsFound() {
        store(database, 4);
        tamper("DELETE FROM event WHERE entry IN (5, 12)");
        assertEquals(List.of("event 5 is missing", "event 12 is missing"), findings().flaws());
    }

    @Test
    void aRemovedBatchIsFoundWithAndWithoutItsLink() {
        store(database, 5);
        tamper(
                "DELETE FROM event WHERE entry BETWEEN 4 AND 6",
                "DELETE FROM event WHERE entry BETWEEN 10 AND 12",
                "DELETE FROM event_link WHERE entry = 4");
        assertEquals(List.of("events 4 to 6 are missing", "link 4 is missing"), findings().flaws());
    }

    @Test
    void aRemovedEndIsFound() {
        store(database, 3);
        tamper("DELETE FROM event WHERE entry > 6", "DELETE FROM event_link WHERE entry = 3");
        assertEquals(
                List.of("the chain ends with link 2 instead of 3, or with another hash"),
                findings().flaws());
    }

    @Test
    void aRemovedBeginningIsNoRetention() {
        store(database, 3);
        tamper("DELETE FROM event WHERE entry < 4", "DELETE FROM event_link WHERE entry = 1");
        assertEquals(List.of("link 1 is missing"), findings().flaws());
    }

    @Test
    void anotherOrderIsFound() {
        store(database, 3);
        tamper(
                "UPDATE event SET entry = -4 WHERE entry = 4",
                "UPDATE event SET entry = 4 WHERE entry = 7",
                "UPDATE event SET entry = 7 WHERE entry = -4");
        assertEquals(
                List.of(
                        "events 4 to 6 (link 2) are not as they were stored",
                        "events 7 to 9 (link 3) are not as they were stored"),
                findings().flaws());
    }

    @Test
    void insertedEventsAreFoundWhereverTheyAre() {
        store(database, 2);
        String like =
                "INSERT INTO event (entry, id, kind, at, received, origin, boot, sequence, body)"
                        + " SELECT %d, id, kind, at, received, origin, boot, sequence, body"
                        + " FROM event WHERE entry = 1";
        tamper(like.formatted(0), like.formatted(7));
        assertEquals(
                List.of("1 events after event 6 are in no link"),
                findings().flaws(),
                "what is before the chain is no flaw, but told");
        assertEquals(List.of("1 events are older than the chain"), findings().notes());
        if (stores == Stores.POSTGRESQL) {
            database.write(tx -> tx.update(like.formatted(5)));
            assertTrue(findings().flaws().contains("event 5 is there twice"));
        }
    }

    @Test
    void aLinkMadeUpForInsertedEventsIsFound() {
        store(database, 2);
        tamper(
                "UPDATE event_link SET last_event = last_event + 1 WHERE entry = 2",
                "INSERT INTO event (entry, id, kind, at, received, origin, boot, sequence, body)"
                        + " SELECT 7, id, kind, at, received, origin, boot, sequence, body"
                        + " FROM event WHERE entry = 1");
        assertEquals(
                List.of("events 4 to 7 (link 2) are not as they were stored"), findings().flaws());
    }

    @Test
    void aDayIsForgottenWithItsLinksAndTheRestStaysProvable() {
        now = TODAY.minus(Duration.ofDays(9));
        store(database, 2);
        now = TODAY.minus(Duration.ofDays(8));
        store(database, 2);
        now = TODAY.minus(Duration.ofDays(9));
        store(database, 1);
        now = TODAY;
        store(database, 2);
        EventCheck.Findings whole = findings();
        assertEquals(7, whole.links());
        assertEquals(9, log(database).forgetOlderThan(Duration.ofDays(8)));
        EventCheck.Findings rest = findings();
        assertEquals(List.of(), rest.flaws());
        assertEquals(2, rest.notes().size(), rest.notes()::toString);
        assertTrue(rest.notes().getFirst().startsWith("links 1 to 2 were forgotten"));
        assertTrue(rest.notes().getLast().startsWith("links 5 to 5 were forgotten"));
        assertEquals(whole.place(), rest.place());
        assertEquals(6 + 6, rest.events());
        assertEquals(6, log(database).forgetOlderThan(Duration.ofDays(2)));
        assertEquals(0, log(database).forgetOlderThan(Duration.ofDays(2)));
        assertEquals(List.of(), findings().flaws());
        now = now.plus(Duration.ofDays(3));
        assertEquals(6, log(database).forgetOlderThan(Duration.ofDays(2)));
        assertEquals(List.of(), findings().flaws());
        assertEquals(whole.place(), findings().place());
        store(database, 1);
        assertEquals(List.of(), findings().flaws());
        assertEquals(8, findings().place().link());
    }

    @Test
    void daysThatOnlyLookForgottenAreFound() {
        now = TODAY.minus(Duration.ofDays(9));
        store(database, 2);
        now = TODAY;
        store(database, 1);
        log(database).forgetOlderThan(Duration.ofDays(8));
        assertFalse(findings().notes().isEmpty());
        tamper("DELETE FROM event", "DELETE FROM event_link");
        assertEquals(
                List.of("the chain ends with link 2 instead of 3, or with another hash"),
                findings().flaws());
    }

    @Test
    void aCheckGoesOnWhereItStoppedAndSeesWhatChangedMeanwhile() {
        UUID boot = UUID.randomUUID();
        database.write(tx ->
                IntStream.range(0, 2_100)
                        .map(i -> log(database).append(tx, List.of(report(boot, i))).size())
                        .sum());
        EventCheck.Findings first = database.read(tx -> EventCheck.go(tx, EventCheck.Place.BEGIN));
        assertFalse(first.complete());
        EventCheck.Findings second = database.read(tx -> EventCheck.go(tx, first.place()));
        assertTrue(second.complete());
        assertEquals(2_100, first.links() + second.links());
        assertEquals(List.of(), second.flaws());
        EventCheck.Place wrong =
                new EventCheck.Place(first.place().link(), first.place().event(), "");
        assertEquals(
                List.of("link %d does not follow the one before it".formatted(wrong.link() + 1)),
                database.read(tx -> EventCheck.go(tx, wrong)).flaws());
    }

    @Test
    void anAnchorProvesThatNobodyMadeUpAnotherChain() {
        now = TODAY.minus(Duration.ofDays(9));
        store(database, 2);
        EventCheck.Place yesterday = findings().place();
        now = TODAY;
        store(database, 2);
        EventCheck.Place today = findings().place();
        assertEquals(List.of(Optional.empty(), Optional.empty()), anchored(yesterday, today));
        log(database).forgetOlderThan(Duration.ofDays(8));
        assertEquals(List.of(Optional.empty(), Optional.empty()), anchored(yesterday, today));
        try (Database madeUp = Database.open(stores.fresh(), directory.resolve("another.db"))) {
            store(madeUp, 4);
            assertEquals(
                    Optional.of("link 4 of the anchor has another hash"),
                    madeUp.read(tx -> EventCheck.flaw(tx, today.link(), today.hash())));
        }
        assertEquals(
                Optional.of("link 5 of the anchor is missing"),
                database.read(tx -> EventCheck.flaw(tx, 5, today.hash())));
        assertEquals(
                Optional.of("link 1 of the anchor was forgotten, and is not the last of its day"),
                database.read(tx -> EventCheck.flaw(tx, 1, today.hash())));
    }

    private List<Optional<String>> anchored(EventCheck.Place... anchors) {
        return Stream.of(anchors)
                .map(one -> database.read(tx -> EventCheck.flaw(tx, one.link(), one.hash())))
                .toList();
    }
}
