package io.fleetwall.gateway.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Stores;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two gateways' stores on one PostgreSQL, delivering to one target. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class LeaseTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Instant START = Instant.parse("2026-03-10T12:00:00Z");
    private static final Attempt ACCEPTED = Attempt.answered(200, 1, "");
    private static final int INCIDENTS = 30;
    private static final int ALERTS = 10;

    private final GatewayConfig.Store store = Stores.POSTGRESQL.fresh();
    private volatile Instant now = START;
    private final InstantSource clock = () -> now;
    private final Database mine = open();
    private Database other = mine;

    private Database open() {
        return Database.open(store, Path.of("unused"));
    }

    @BeforeEach
    void openAnother() {
        other = open();
    }

    @AfterEach
    void close() {
        other.close();
        mine.close();
    }

    /** Ids say which incident and which of its alerts: 03-07. */
    private void alerts(int incidents, int each) {
        List<List<Object>> rows = new ArrayList<>();
        for (int alert = 0; alert < each; alert++) {
            for (int incident = 0; incident < incidents; incident++) {
                String name = "%02d".formatted(incident);
                rows.add(
                        List.of(
                                "%02d-%s".formatted(alert, name),
                                "slack",
                                name,
                                "{}",
                                1,
                                0,
                                0,
                                0,
                                0,
                                "waiting",
                                "open"));
            }
        }
        mine.write(tx -> {
            tx.insert(
                    "outbox",
                    List.of(
                            "id",
                            "target",
                            "incident",
                            "event",
                            "occurrences",
                            "created_at",
                            "due_at",
                            "leased_until",
                            "attempts",
                            "state",
                            "act"),
                    rows);
            return true;
        });
    }

    /** What one receiver saw, in its order. */
    private static final class Seen {
        private final Map<String, List<String>> byIncident = new HashMap<>();
        private final Map<Database, Integer> byGateway = new HashMap<>();

        synchronized void add(Due due, Database by) {
            byIncident.computeIfAbsent(due.incident().id(), _ -> new ArrayList<>()).add(due.id());
            byGateway.merge(by, 1, Integer::sum);
        }

        synchronized int size() {
            return byIncident.values().stream().mapToInt(List::size).sum();
        }
    }

    @Test
    void gatewaysDeliverSideBySideEachAlertOnceAndEachIncidentInItsOrder() throws Exception {
        alerts(INCIDENTS, ALERTS);
        Seen seen = new Seen();
        CyclicBarrier start = new CyclicBarrier(2);
        try (ExecutorService gateways = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> both = new ArrayList<>();
            for (Database one : List.of(mine, other)) {
                both.add(gateways.submit(() -> deliver(one, seen, start)));
            }
            for (Future<?> one : both) {
                one.get();
            }
        }
        assertEquals(INCIDENTS * ALERTS, seen.size(), "each alert once");
        seen.byIncident.forEach((incident, ids) ->
                assertEquals(
                        IntStream.range(0, ALERTS)
                                .mapToObj(alert -> "%02d-%s".formatted(alert, incident))
                                .toList(),
                        ids));
        assertEquals(Set.of(mine, other), seen.byGateway.keySet(), "both took part");
        assertEquals(INCIDENTS * ALERTS, count("SELECT count(*) AS n FROM delivery"));
        assertEquals(0, count("SELECT count(*) AS n FROM outbox WHERE state <> 'delivered'"));
    }

    /** Each has its first ones before one of them goes on, however late the other came. */
    private int deliver(Database by, Seen seen, CyclicBarrier start) throws Exception {
        Deliveries deliveries = new Deliveries(by, clock);
        List<Due> due = deliveries.lease("slack", 4, LEASE);
        start.await();
        while (seen.size() < INCIDENTS * ALERTS) {
            due.forEach(one -> seen.add(one, by));
            deliveries.record(
                    due.stream()
                            .map(one ->
                                    new Deliveries.Outcome(one, ACCEPTED, new Backoff.Next.Done()))
                            .toList(),
                    List.of());
            due = deliveries.lease("slack", 4, LEASE);
        }
        return seen.size();
    }

    private long count(String sql) {
        return mine.read(tx -> tx.first(sql, row -> row.number("n"))).orElseThrow();
    }

    @Test
    void nobodyWaitsForWhatAnotherIsTakingNorForTheWritersTurn() throws Exception {
        alerts(6, 2);
        // A transaction that does nothing is ended after some seconds: connections are made before.
        assertTrue(other.usable() && other.writeAside(tx -> true));
        CountDownLatch taken = new CountDownLatch(2);
        CountDownLatch over = new CountDownLatch(1);
        Deliveries.Claim three = new Deliveries.Claim("slack", START.toEpochMilli(), 3, LEASE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Due>> taking =
                    threads.submit(() ->
                            mine.writeAside(tx -> {
                                List<Due> due = Deliveries.lease(tx, three);
                                taken.countDown();
                                await(over);
                                return due;
                            }));
            Future<Boolean> writing =
                    threads.submit(() ->
                            mine.write(tx -> {
                                taken.countDown();
                                return await(over);
                            }));
            await(taken);
            List<Due> others = new Deliveries(other, clock).lease("slack", 12, LEASE);
            over.countDown();
            assertTrue(writing.get());
            Set<String> ids = new HashSet<>();
            taking.get().forEach(due -> ids.add(due.id()));
            others.forEach(due -> ids.add(due.id()));
            assertEquals(3, taking.get().size());
            assertEquals(3, others.size(), "first alerts only: the second ones wait for them");
            assertEquals(Set.of("00-00", "00-01", "00-02", "00-03", "00-04", "00-05"), ids);
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whenALeaseEndsAnotherTakesOverAndTheFirstCannotTakeItBack() {
        alerts(1, 2);
        Deliveries first = new Deliveries(mine, clock);
        Deliveries second = new Deliveries(other, clock);
        List<Due> lost = first.lease("slack", 10, LEASE);
        assertEquals(List.of("00-00"), lost.stream().map(Due::id).toList());
        now = START.plus(LEASE).minusMillis(1);
        assertEquals(List.of(), second.lease("slack", 10, LEASE));
        now = START.plus(LEASE);
        List<Due> taken = second.lease("slack", 10, LEASE);
        assertEquals(List.of("00-00"), taken.stream().map(Due::id).toList());
        assertEquals(2, taken.getFirst().attempts());

        first.record(List.of(), lost);
        first.record(
                List.of(
                        new Deliveries.Outcome(
                                lost.getFirst(), ACCEPTED, new Backoff.Next.Again(Duration.ZERO))),
                List.of());
        assertEquals(List.of(), first.lease("slack", 10, LEASE), "it is the other's");

        second.record(
                List.of(
                        new Deliveries.Outcome(
                                taken.getFirst(), ACCEPTED, new Backoff.Next.Done())),
                List.of());
        assertEquals(
                List.of("01-00"), first.lease("slack", 10, LEASE).stream().map(Due::id).toList());
    }
}
