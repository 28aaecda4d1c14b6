package io.fleetwall.gateway.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.StoreException;
import io.fleetwall.gateway.store.Stores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Stores.class)
final class EventChainTest {
    private final Stores stores;
    @TempDir Path directory;
    private ChainedStore chain;

    EventChainTest(Stores stores) {
        this.stores = stores;
    }

    @BeforeEach
    void open() {
        chain = new ChainedStore(stores, directory);
    }

    @AfterEach
    void close() {
        chain.close();
    }

    @Test
    void whatSeveralGatewaysStoreIsOneChainThatHolds() throws Exception {
        try (Database other = chain.another();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> storing = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Database mine = i % 2 == 0 ? chain.database() : other;
                storing.add(threads.submit(() -> chain.store(mine, 20)));
            }
            for (Future<?> one : storing) {
                one.get();
            }
        }
        EventCheck.Findings found = chain.findings();
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
                chain.findings());
    }

    @Test
    void eventsAndLinksCannotBeChangedOrDeletedByMistake() {
        chain.store(chain.database(), 2);
        for (String change :
                List.of(
                        "UPDATE event SET body = '{}' WHERE entry = 2",
                        "DELETE FROM event WHERE entry = 2",
                        "UPDATE event_link SET hash = '' WHERE entry = 1",
                        "DELETE FROM event_link WHERE entry = 1")) {
            StoreException refused =
                    assertThrows(
                            StoreException.class,
                            () -> chain.database().write(tx -> tx.update(change)));
            assertTrue(refused.toString().contains("append-only"), refused::toString);
        }
        assertEquals(List.of(), chain.findings().flaws());
    }

    @Test
    void aChangedEventIsFound() {
        for (String column : List.of("body", "id", "kind", "origin", "boot")) {
            chain.store(chain.database(), 1);
            long last = chain.database().read(EventChain::head).entry();
            if (column.equals("body")) {
                chain.tamper("UPDATE event SET body = replace(body, 'number', 'Number')");
            } else {
                chain.database()
                        .write(tx ->
                                tx.update(
                                        "UPDATE event SET "
                                                + column
                                                + " = 'x' WHERE entry = "
                                                + last));
            }
        }
        chain.database().write(tx -> tx.update("UPDATE event SET at = at + 1 WHERE entry = 1"));
        List<String> flaws = chain.findings().flaws();
        assertEquals(5, flaws.size(), flaws::toString);
        assertEquals("events 1 to 3 (link 1) are not as they were stored", flaws.getFirst());
    }

    @Test
    void aRemovedEventIsFound() {
        chain.store(chain.database(), 4);
        chain.tamper("DELETE FROM event WHERE entry IN (5, 12)");
        assertEquals(
                List.of("event 5 is missing", "event 12 is missing"), chain.findings().flaws());
    }

    @Test
    void aRemovedBatchIsFoundWithAndWithoutItsLink() {
        chain.store(chain.database(), 5);
        chain.tamper(
                "DELETE FROM event WHERE entry BETWEEN 4 AND 6",
                "DELETE FROM event WHERE entry BETWEEN 10 AND 12",
                "DELETE FROM event_link WHERE entry = 4");
        assertEquals(
                List.of("events 4 to 6 are missing", "link 4 is missing"),
                chain.findings().flaws());
    }

    @Test
    void aRemovedEndIsFound() {
        chain.store(chain.database(), 3);
        chain.tamper("DELETE FROM event WHERE entry > 6", "DELETE FROM event_link WHERE entry = 3");
        assertEquals(
                List.of("the chain ends with link 2 instead of 3, or with another hash"),
                chain.findings().flaws());
    }

    @Test
    void aRemovedBeginningIsNoRetention() {
        chain.store(chain.database(), 3);
        chain.tamper("DELETE FROM event WHERE entry < 4", "DELETE FROM event_link WHERE entry = 1");
        assertEquals(List.of("link 1 is missing"), chain.findings().flaws());
    }

    @Test
    void anotherOrderIsFound() {
        chain.store(chain.database(), 3);
        chain.tamper(
                "UPDATE event SET entry = -4 WHERE entry = 4",
                "UPDATE event SET entry = 4 WHERE entry = 7",
                "UPDATE event SET entry = 7 WHERE entry = -4");
        assertEquals(
                List.of(
                        "events 4 to 6 (link 2) are not as they were stored",
                        "events 7 to 9 (link 3) are not as they were stored"),
                chain.findings().flaws());
    }

    @Test
    void insertedEventsAreFoundWhereverTheyAre() {
        chain.store(chain.database(), 2);
        String like =
                "INSERT INTO event (entry, id, kind, at, received, origin, boot, sequence, body)"
                        + " SELECT %d, id, kind, at, received, origin, boot, sequence, body"
                        + " FROM event WHERE entry = 1";
        chain.tamper(like.formatted(0), like.formatted(7));
        assertEquals(
                List.of("1 events after event 6 are in no link"),
                chain.findings().flaws(),
                "what is before the chain is no flaw, but told");
        assertEquals(List.of("1 events are older than the chain"), chain.findings().notes());
        if (stores == Stores.POSTGRESQL) {
            chain.database().write(tx -> tx.update(like.formatted(5)));
            assertTrue(chain.findings().flaws().contains("event 5 is there twice"));
        }
    }

    @Test
    void aLinkMadeUpForInsertedEventsIsFound() {
        chain.store(chain.database(), 2);
        chain.tamper(
                "UPDATE event_link SET last_event = last_event + 1 WHERE entry = 2",
                "INSERT INTO event (entry, id, kind, at, received, origin, boot, sequence, body)"
                        + " SELECT 7, id, kind, at, received, origin, boot, sequence, body"
                        + " FROM event WHERE entry = 1");
        assertEquals(
                List.of("events 4 to 7 (link 2) are not as they were stored"),
                chain.findings().flaws());
    }
}
