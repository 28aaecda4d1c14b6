package io.fleetwall.gateway.event;

import static io.fleetwall.gateway.event.ChainedStore.TODAY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Stores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What stays provable when days are forgotten, a check goes on, or an anchor is shown. */
@ParameterizedClass
@EnumSource(Stores.class)
final class ForgottenDaysTest {
    private final Stores stores;
    @TempDir Path directory;
    private ChainedStore chain;

    ForgottenDaysTest(Stores stores) {
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
    void aDayIsForgottenWithItsLinksAndTheRestStaysProvable() {
        chain.at(TODAY.minus(Duration.ofDays(9)));
        chain.store(chain.database(), 2);
        chain.at(TODAY.minus(Duration.ofDays(8)));
        chain.store(chain.database(), 2);
        chain.at(TODAY.minus(Duration.ofDays(9)));
        chain.store(chain.database(), 1);
        chain.at(TODAY);
        chain.store(chain.database(), 2);
        EventCheck.Findings whole = chain.findings();
        assertEquals(7, whole.links());
        assertEquals(9, chain.log(chain.database()).forgetOlderThan(Duration.ofDays(8)));
        EventCheck.Findings rest = chain.findings();
        assertEquals(List.of(), rest.flaws());
        assertEquals(2, rest.notes().size(), rest.notes()::toString);
        assertTrue(rest.notes().getFirst().startsWith("links 1 to 2 were forgotten"));
        assertTrue(rest.notes().getLast().startsWith("links 5 to 5 were forgotten"));
        assertEquals(whole.place(), rest.place());
        assertEquals(6 + 6, rest.events());
        assertEquals(6, chain.log(chain.database()).forgetOlderThan(Duration.ofDays(2)));
        assertEquals(0, chain.log(chain.database()).forgetOlderThan(Duration.ofDays(2)));
        assertEquals(List.of(), chain.findings().flaws());
        chain.at(TODAY.plus(Duration.ofDays(3)));
        assertEquals(6, chain.log(chain.database()).forgetOlderThan(Duration.ofDays(2)));
        assertEquals(List.of(), chain.findings().flaws());
        assertEquals(whole.place(), chain.findings().place());
        chain.store(chain.database(), 1);
        assertEquals(List.of(), chain.findings().flaws());
        assertEquals(8, chain.findings().place().link());
    }

    @Test
    void daysThatOnlyLookForgottenAreFound() {
        chain.at(TODAY.minus(Duration.ofDays(9)));
        chain.store(chain.database(), 2);
        chain.at(TODAY);
        chain.store(chain.database(), 1);
        chain.log(chain.database()).forgetOlderThan(Duration.ofDays(8));
        assertFalse(chain.findings().notes().isEmpty());
        chain.tamper("DELETE FROM event", "DELETE FROM event_link");
        assertEquals(
                List.of("the chain ends with link 2 instead of 3, or with another hash"),
                chain.findings().flaws());
    }

    @Test
    void aCheckGoesOnWhereItStoppedAndSeesWhatChangedMeanwhile() {
        UUID boot = UUID.randomUUID();
        chain.database()
                .write(tx ->
                        IntStream.range(0, 2_100)
                                .map(i ->
                                        chain.log(chain.database())
                                                .append(tx, List.of(ChainedStore.report(boot, i)))
                                                .size())
                                .sum());
        EventCheck.Findings first =
                chain.database().read(tx -> EventCheck.go(tx, EventCheck.Place.BEGIN));
        assertFalse(first.complete());
        EventCheck.Findings second = chain.database().read(tx -> EventCheck.go(tx, first.place()));
        assertTrue(second.complete());
        assertEquals(2_100, first.links() + second.links());
        assertEquals(List.of(), second.flaws());
        EventCheck.Place wrong =
                new EventCheck.Place(first.place().link(), first.place().event(), "");
        assertEquals(
                List.of("link %d does not follow the one before it".formatted(wrong.link() + 1)),
                chain.database().read(tx -> EventCheck.go(tx, wrong)).flaws());
    }

    @Test
    void anAnchorProvesThatNobodyMadeUpAnotherChain() {
        chain.at(TODAY.minus(Duration.ofDays(9)));
        chain.store(chain.database(), 2);
        EventCheck.Place yesterday = chain.findings().place();
        chain.at(TODAY);
        chain.store(chain.database(), 2);
        EventCheck.Place today = chain.findings().place();
        assertEquals(List.of(Optional.empty(), Optional.empty()), anchored(yesterday, today));
        chain.log(chain.database()).forgetOlderThan(Duration.ofDays(8));
        assertEquals(List.of(Optional.empty(), Optional.empty()), anchored(yesterday, today));
        try (Database madeUp = Database.open(stores.fresh(), directory.resolve("another.db"))) {
            chain.store(madeUp, 4);
            assertEquals(
                    Optional.of("link 4 of the anchor has another hash"),
                    madeUp.read(tx -> EventCheck.flaw(tx, today.link(), today.hash())));
        }
        assertEquals(
                Optional.of("link 5 of the anchor is missing"),
                chain.database().read(tx -> EventCheck.flaw(tx, 5, today.hash())));
        assertEquals(
                Optional.of("link 1 of the anchor was forgotten, and is not the last of its day"),
                chain.database().read(tx -> EventCheck.flaw(tx, 1, today.hash())));
    }

    private List<Optional<String>> anchored(EventCheck.Place... anchors) {
        return Stream.of(anchors)
                .map(one ->
                        chain.database().read(tx -> EventCheck.flaw(tx, one.link(), one.hash())))
                .toList();
    }
}
