package io.fleetwall.gateway.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.condition.ConditionReader;
import io.fleetwall.gateway.event.EventSearch.Found;
import io.fleetwall.gateway.event.EventSearch.Wish;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Stores;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.Naming;
import io.fleetwall.protocol.event.ProcessIdentity;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventBatch;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be asked of stored events: time, scope, verdict, destination, text; page by page. */
@ExtendWith(VertxExtension.class)
@ParameterizedClass
@EnumSource(Stores.class)
final class EventSearchTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final UuidV7 IDS = new UuidV7(InstantSource.system(), new Random(3));
    private final Stores stores;
    @TempDir Path directory;
    private Database database;
    private EventSearch search;

    EventSearchTest(Stores stores) {
        this.stores = stores;
    }

    @BeforeEach
    void open(Vertx vertx) {
        database = Database.open(stores.fresh(), directory.resolve("fleetwall.db"));
        search = new EventSearch(database);
        EventLog log =
                new EventLog(database, vertx.eventBus(), InstantSource.system(), (tx, one) -> {});
        List<Event> events =
                List.of(
                        event(0, "acme/api", "denied-by-rule", Mode.ENFORCE, "a.example"),
                        event(1, "acme/api", "denied-by-rule", Mode.AUDIT, "b.example"),
                        event(2, "acme/web", "allowed-by-rule", Mode.ENFORCE, "c.example"),
                        event(3, "other/x", "denied-by-default", Mode.ENFORCE, "b.example"));
        EventBatch batch = new EventBatch(UUID.randomUUID(), 1, events);
        database.write(tx -> log.append(tx, List.of(new EventLog.Report("n", batch))));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Event event(int minute, String repository, String reason, Mode mode, String to) {
        String owner = repository.substring(0, repository.indexOf('/'));
        Naming naming = new Naming(Naming.Source.DNS_ANSWER, List.of("cdn-" + to));
        return new Event(
                IDS.next(),
                NOON.plus(Duration.ofMinutes(minute)),
                "n",
                "runner-" + minute,
                EventKind.FLOW_DENIED,
                Optional.of(
                        new Job(
                                owner,
                                repository,
                                "build.yml",
                                "t",
                                "main",
                                "r" + minute,
                                1,
                                "Eve")),
                Optional.of(new Destination("192.0.2." + minute, 443, "tcp", to, naming)),
                Optional.of(new Judgement(reason, mode, 4, "", "", "", 0)),
                Optional.of(
                        new ProcessIdentity(
                                7, 0, "sh", "/bin/sh", "sh -c \"a\\b\" 100%_", List.of(), "", "")),
                1,
                "number " + minute,
                Duration.ZERO,
                List.of("gpu", "m" + minute));
    }

    private static Wish wish(String where, String text) {
        Optional<String> condition = Optional.of(where).filter(given -> !given.isEmpty());
        return new Wish(
                0,
                Instant.EPOCH,
                NOON.plus(Duration.ofDays(1)),
                condition.map(ConditionReader::read),
                text,
                100);
    }

    /** The minutes of what was found, oldest first. */
    private List<Integer> minutes(Wish wish) {
        Found found = search.find(wish);
        assertTrue(found.complete());
        return found.events().stream().map(EventSearchTest::minute).toList();
    }

    private static int minute(StoredEvent event) {
        return Integer.parseInt(event.body().getString("message").substring("number ".length()));
    }

    @Test
    void timeIsFromAnInstantOnAndBeforeAnother() {
        Wish all = wish("", "");
        Wish some =
                new Wish(
                        0,
                        NOON.plus(Duration.ofMinutes(1)),
                        NOON.plus(Duration.ofMinutes(3)),
                        all.where(),
                        "",
                        100);
        assertEquals(List.of(0, 1, 2, 3), minutes(all));
        assertEquals(List.of(1, 2), minutes(some));
    }

    @Test
    void scopeVerdictDestinationAndLabelsAreConditions() {
        assertEquals(List.of(0, 1, 2), minutes(wish("job.organization == acme", "")));
        assertEquals(List.of(0, 1), minutes(wish("job.repository ~ \"*/api\"", "")));
        assertEquals(List.of(2), minutes(wish("job.runId == r2 and job.attempt == 1", "")));
        assertEquals(List.of(0, 3), minutes(wish("judgement.verdict == denied", "")));
        assertEquals(List.of(1), minutes(wish("judgement.verdict == would-deny", "")));
        assertEquals(List.of(1, 3), minutes(wish("destination.name == b.example", "")));
        assertEquals(List.of(2), minutes(wish("destination.chain ~ \"cdn-c*\"", "")));
        assertEquals(List.of(0), minutes(wish("destination.address == 192.0.2.0", "")));
        assertEquals(List.of(3), minutes(wish("labels == m3", "")));
        assertEquals(List.of(), minutes(wish("labels == cpu", "")));
    }

    @Test
    void textIsLookedForInValuesAsTheyAreAndNotInKeysOrEscapes() {
        assertEquals(List.of(1, 3), minutes(wish("", "B.EXAMPLE")));
        assertEquals(List.of(2), minutes(wish("", "cdn-c")));
        assertEquals(List.of(0, 1, 2, 3), minutes(wish("", "-c \"a\\b\"")));
        assertEquals(List.of(), minutes(wish("", "\\\"")), "an escape of JSON");
        assertEquals(List.of(), minutes(wish("", "repository")), "a key");
        assertEquals(List.of(0, 1, 2, 3), minutes(wish("", "100%_")), "no pattern");
        assertEquals(List.of(), minutes(wish("", "100_")));
        assertEquals(List.of(1), minutes(wish("job.organization == acme", "b.example")));
    }

    @Test
    void pagesFollowEachOtherWithoutAGapOrARepeat() {
        Wish wish = wish("job.organization in [acme, other] and not (message ~ \"*2\")", "");
        List<Integer> all = new ArrayList<>();
        long after = 0;
        Found page;
        do {
            page = search.find(new Wish(after, wish.from(), wish.until(), wish.where(), "", 1));
            assertTrue(page.events().size() <= 1);
            page.events().forEach(event -> all.add(minute(event)));
            assertTrue(page.next() > after || page.complete());
            after = page.next();
        } while (!page.complete());
        assertEquals(List.of(0, 1, 3), all);
    }
}
