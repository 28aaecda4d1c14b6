package io.fleetwall.gateway.event;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Stores;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventBatch;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/** A store with a chain of events, the clock it is written by, and hands that tamper with it. */
final class ChainedStore implements AutoCloseable {
    static final Instant TODAY = Instant.parse("2026-03-10T12:00:00Z");
    private static final UuidV7 IDS = new UuidV7(InstantSource.system(), new Random(4));
    private static final int BATCH = 3;

    private final Stores stores;
    private final GatewayConfig.Store store;
    private final Path directory;
    private final Vertx bus = Vertx.vertx();
    private final Database database;
    private Instant now = TODAY;

    ChainedStore(Stores stores, Path directory) {
        this.stores = stores;
        this.store = stores.fresh();
        this.directory = directory;
        this.database = Database.open(store, directory.resolve("fleetwall.db"));
    }

    Database database() {
        return database;
    }

    /** From now on it is then. */
    void at(Instant time) {
        now = time;
    }

    Database another() {
        return Database.open(store, directory.resolve("fleetwall.db"));
    }

    EventLog log(Database of) {
        return new EventLog(of, bus.eventBus(), () -> now, (tx, event) -> {});
    }

    /** Batches of three events from one life of a node, each a transaction. */
    void store(Database of, int batches) {
        UUID boot = UUID.randomUUID();
        for (int i = 0; i < batches; i++) {
            EventLog.Report report = report(boot, i);
            of.write(tx -> log(of).append(tx, List.of(report)));
        }
    }

    static EventLog.Report report(UUID boot, int batch) {
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

    EventCheck.Findings findings() {
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

    void tamper(String... statements) {
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

    void guardsOff(Transaction tx) {
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

    @Override
    public void close() {
        database.close();
        bus.close().await();
    }
}
