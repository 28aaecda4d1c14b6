package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.gateway.sink.Backlog;
import io.fleetwall.gateway.sink.StreamLag;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Stores;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.Welcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a scrape of a gateway shows. */
final class GaugeTest {
    @TempDir Path state;

    @Test
    void aScrapeShowsWhoIsLinkedAndWhoIsBehind() {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            gateway.publish(GatewayUnderTest.ALLOW_NPM);
            Map<String, Long> before = gateway.samples();
            assertEquals(1, before.get("store_usable"));
            assertEquals(1, before.get("cluster_usable"));
            assertEquals(1, before.get("source_usable"));
            assertEquals(1, before.get("members"));
            assertEquals(1, before.get("revision"));
            assertEquals(0, before.get("links"));
            assertEquals(0, before.get("alerts_waiting"));
            try (TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"))) {
                Scope scope = new Scope(new TreeSet<>(List.of("gpu")), Optional.empty());
                RunnerReport runner = new RunnerReport("r", "veth-r", scope, 0, Digest.NONE);
                node.say(new Hello(1, "n", UUID.randomUUID(), "0.9", "6.18.1", List.of(runner)));
                node.next(Welcome.class);
                Desired desired = node.next(Desired.class);
                awaitGauge(gateway, "links", 1);
                awaitGauge(gateway, "runners_behind", 1);
                node.say(
                        new Applied(
                                "r",
                                desired.policy().revision(),
                                desired.policy().scope(),
                                desired.policy().policy(),
                                10));
                awaitGauge(gateway, "runners_behind", 0);
            }
            awaitGauge(gateway, "links", 0);
        }
    }

    private static void awaitGauge(GatewayUnderTest gateway, String name, long value) {
        Eventually.holds(
                name + " is " + value,
                () -> Long.valueOf(value).equals(gateway.samples().get(name)));
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void alertsThatWaitAndThatWereGivenUpAreCounted(Stores stores) {
        Instant now = Instant.parse("2026-11-22T10:00:00Z");
        try (Database database = Database.open(stores.fresh(), state.resolve("fleetwall.db"))) {
            assertEquals(new Backlog(0, Duration.ZERO, 0), Backlog.of(database, now));
            alert(database, "1", "waiting", now.minusSeconds(90));
            alert(database, "2", "waiting", now.minusSeconds(30));
            alert(database, "3", "dead", now.minusSeconds(900));
            alert(database, "4", "delivered", now.minusSeconds(900));
            assertEquals(new Backlog(2, Duration.ofSeconds(90), 1), Backlog.of(database, now));
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void aSinkIsBehindByWhatTheLogHasBeyondItsCursor(Stores stores) {
        Instant now = Instant.parse("2026-11-22T10:00:00Z");
        try (Database database = Database.open(stores.fresh(), state.resolve("fleetwall.db"))) {
            assertEquals(List.of(), StreamLag.of(database, now));
            event(database, 1, now.minusSeconds(900));
            event(database, 2, now.minusSeconds(60));
            event(database, 3, now.minusSeconds(30));
            cursor(database, "siem", 1);
            cursor(database, "archive", 3);
            assertEquals(
                    List.of(
                            new StreamLag("archive", 0, Duration.ZERO),
                            new StreamLag("siem", 2, Duration.ofSeconds(60))),
                    StreamLag.of(database, now));
        }
    }

    private static void event(Database database, long entry, Instant received) {
        database.write(transaction ->
                transaction.update(
                        "INSERT INTO event (entry, id, kind, at, received, origin, boot, sequence,"
                                + " body) VALUES (?, ?, 'loss', 0, ?, 'n', 'b', ?, '{}')",
                        entry,
                        "e" + entry,
                        received.toEpochMilli(),
                        entry));
    }

    private static void cursor(Database database, String target, long entry) {
        database.write(transaction ->
                transaction.update(
                        "INSERT INTO sink_cursor (target, entry, owner, leased_until, attempts,"
                                + " due_at, outcome) VALUES (?, ?, '', 0, 0, 0, '')",
                        target,
                        entry));
    }

    private static void alert(Database database, String id, String state, Instant created) {
        database.write(transaction ->
                transaction.update(
                        "INSERT INTO outbox (id, target, incident, event, occurrences, created_at,"
                                + " due_at, leased_until, attempts, state, act)"
                                + " VALUES (?, 't', 'i', '{}', 1, ?, 0, 0, 0, ?, 'open')",
                        id,
                        created.toEpochMilli(),
                        state));
    }
}
