package io.fleetwall.gateway.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.event.EventLog;
import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.gateway.event.StoredEvent;
import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Stores;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventBatch;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What workflows' baselines learn, in real stores. */
@ExtendWith(VertxExtension.class)
@ParameterizedClass
@EnumSource(Stores.class)
final class BaselineTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final UuidV7 IDS = new UuidV7(InstantSource.system(), new Random(4));
    private static final Baselines.Filter ANY = new Baselines.Filter("", "");
    private final GatewayConfig.Baseline config =
            new GatewayConfig.Baseline(3, Duration.ofDays(14), 20);
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final AtomicInteger faults = new AtomicInteger();
    private final UUID boot = UUID.randomUUID();
    private final Stores stores;
    private Database database;
    private EventLog log;
    private Baselines baselines;
    private long sequence = 1;

    BaselineTest(Stores stores) {
        this.stores = stores;
    }

    @BeforeEach
    void open(@TempDir Path directory, Vertx vertx) throws Exception {
        database = Database.open(stores.fresh(), directory.resolve("fleetwall.db"));
        baselines = new Baselines(database, new AuditLog(now::get));
        log = log(vertx);
        deploy(vertx, log, "gateway-1");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private EventLog log(Vertx vertx) {
        EventLog.Alongside notes = new Sightings(config);
        return new EventLog(
                database,
                vertx.eventBus(),
                now::get,
                notes.and((transaction, events) -> {
                    if (faults.getAndDecrement() > 0) {
                        throw new IllegalStateException("the outbox failed");
                    }
                }));
    }

    private void deploy(Vertx vertx, EventLog events, String gateway) throws Exception {
        var speaker = new OwnEvents.Speaker(gateway, UUID.randomUUID(), now::get);
        vertx.deployVerticle(
                        new BaselineVerticle(
                                config,
                                database,
                                IDS,
                                new OwnEvents(events, database, IDS, speaker)),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    private static Event event(EventKind kind, String run, Optional<Destination> to) {
        String verdict = kind == EventKind.FLOW_ALLOWED ? "allowed-by-rule" : "denied-by-default";
        return new Event(
                IDS.next(),
                START,
                "n",
                "a",
                kind,
                Optional.of(new Job("acme", "acme/api", "build", "test", "main", run, 1, "eve")),
                to,
                to.map(there -> new Judgement(verdict, Mode.ENFORCE, 1, "", "", "", 0)),
                1,
                "a test");
    }

    private static Event flow(String run, String name) {
        return event(
                EventKind.FLOW_ALLOWED,
                run,
                Optional.of(new Destination("192.0.2.1", 443, "tcp", name)));
    }

    private void store(EventLog to, Event... events) {
        EventBatch batch = new EventBatch(boot, sequence, List.of(events));
        List<StoredEvent> stored =
                database.write(tx -> to.append(tx, List.of(new EventLog.Report("n", batch))));
        to.announce(stored);
        sequence += events.length;
    }

    private void run(String run, String... names) {
        store(log, Stream.of(names).map(name -> flow(run, name)).toArray(Event[]::new));
    }

    /** Everything noted so far is in the baselines, and what follows from it is told. */
    private List<JsonObject> deviations() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (notes() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        assertEquals(0, notes());
        return log.read(new EventLog.Query(0, Optional.of("baseline.deviation"), 100)).stream()
                .map(StoredEvent::body)
                .toList();
    }

    private long notes() {
        return database.read(tx ->
                tx.first("SELECT count(*) AS n FROM baseline_sighting", row -> row.number("n"))
                        .orElseThrow());
    }

    private Baselines.Whole learned() {
        assertEquals(1, baselines.list(ANY, "", 10).size());
        return baselines.find(baselines.list(ANY, "", 10).getFirst().id()).orElseThrow();
    }

    private List<String> places() {
        return learned().places().stream()
                .map(one -> one.place().name() + " " + one.seen().runs().count())
                .toList();
    }

    @Test
    void aDestinationThatNoRunHadBeforeIsToldOnceFromWhenItsWorkflowIsLearned() {
        run("1", "npm.example", "late.example");
        run("2", "npm.example", "npm.example");
        run("3", "npm.example");
        assertEquals(List.of(), deviations());
        run("4", "npm.example", "evil.example");
        run("4", "evil.example");
        run("5", "evil.example", "npm.example", "late.example");
        JsonObject told = deviations().getFirst();
        assertEquals(1, deviations().size(), () -> deviations().toString());
        assertEquals(
                "tcp to evil.example port 443 (allowed) was not seen in acme/api build before, in"
                        + " 3 runs",
                told.getString("message"));
        assertEquals("evil.example", told.getJsonObject("destination").getString("name"));
        assertEquals("4", told.getJsonObject("job").getString("runId"));
        assertEquals("n", told.getString("node"));
        assertEquals(List.of("evil.example 2", "late.example 2", "npm.example 5"), places());
        assertTrue(learned().places().getFirst().deviated().isPresent());
    }

    @Test
    void aRunWithoutTrafficCountsAndSoDoesWhatWasDenied() {
        for (String run : List.of("1", "2", "3")) {
            store(log, event(EventKind.JOB_STARTED, run, Optional.empty()));
        }
        var raw = Optional.of(new Destination("198.51.100.7", 53, "udp", ""));
        store(log, event(EventKind.FLOW_DENIED, "4", raw));
        String told = deviations().getFirst().getString("message");
        assertTrue(told.startsWith("udp to 198.51.100.7 port 53 (denied) "), told);
        assertEquals(4, learned().baseline().seen().runs().count());
    }

    @Test
    void allNamesOfAnAddressAreLearnedSoThatNoneHidesAnother() {
        run("1", "cdn.example");
        run("2", "cdn.example");
        run("3", "cdn.example");
        run("4", "cdn.example,evil.example");
        assertEquals(1, deviations().size());
        assertEquals(List.of("cdn.example 4", "evil.example 1"), places());
    }

    @Test
    void aWorkflowTakesSoManyDestinationsAndThatThereAreMoreIsToldOnce() {
        String[] many =
                IntStream.range(0, 40).mapToObj(i -> "h%02d".formatted(i)).toArray(String[]::new);
        run("1", many);
        run("2", many);
        run("3", many);
        run("4", "yet.another");
        assertEquals(1, deviations().size(), () -> deviations().toString());
        String told = deviations().getFirst().getString("message");
        assertTrue(told.startsWith("acme/api build has more than 20 destinations"), told);
        assertEquals(20, learned().places().size());
        assertTrue(learned().baseline().full().isPresent());
    }

    @Test
    void namesOfAnyLengthAndWithAnythingInThemAreLearned() {
        String random =
                new Random(5)
                        .ints(4_000, 33, 0x2fff)
                        .filter(c -> c != ',')
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        Event flow = flow("1", random + "\0");
        Job job = new Job(random, random + "b", random + "c", "test", "main", random, 1, "eve");
        store(
                log,
                new Event(
                        flow.id(),
                        flow.at(),
                        "n",
                        "a",
                        flow.kind(),
                        Optional.of(job),
                        flow.destination(),
                        flow.judgement(),
                        1,
                        "a test"));
        assertEquals(List.of(), deviations());
        assertEquals(1, learned().places().size());
        assertTrue(learned().places().getFirst().place().name().length() <= 255);
    }

    @Test
    void whatTwoGatewaysSawAtOnceIsToldByOne(Vertx vertx) throws Exception {
        EventLog other = log(vertx);
        deploy(vertx, other, "gateway-2");
        run("1", "npm.example");
        run("2", "npm.example");
        run("3", "npm.example");
        for (int i = 0; i < 5; i++) {
            String name = "evil-" + i + ".example";
            store(log, flow("4", name));
            store(other, flow("4", name));
        }
        deviations();
        List<String> names =
                deviations().stream()
                        .map(told -> told.getJsonObject("destination").getString("name"))
                        .sorted()
                        .toList();
        assertEquals(IntStream.range(0, 5).mapToObj(i -> "evil-" + i + ".example").toList(), names);
    }

    @Test
    void whatWasRolledBackIsNotedAgainWhenTheNodeSendsItAgain() {
        faults.set(1);
        assertThrows(IllegalStateException.class, () -> run("1", "npm.example"));
        faults.set(0);
        run("1", "npm.example");
        assertEquals(List.of(), deviations());
        assertEquals(List.of("npm.example 1"), places());
    }

    @Test
    void runsThatGoOnSideBySideCountOnceEach() {
        for (int i = 0; i < 5; i++) {
            for (String run : List.of("1", "2", "3")) {
                run(run, "npm.example", i + ".example");
            }
        }
        assertEquals(List.of(), deviations());
        assertEquals(3, learned().baseline().seen().runs().count());
        assertTrue(places().contains("npm.example 3"), () -> places().toString());
    }

    @Test
    void aWorkflowThatRunsSeldomIsLearnedByItsAge() {
        GatewayConfig.Baseline many = new GatewayConfig.Baseline(100, Duration.ofDays(14), 20);
        List<Duration> ages = List.of(Duration.ofDays(1), Duration.ofDays(15));
        for (Duration age : ages) {
            Learning learning =
                    new Learning(
                            many,
                            new Baseline(
                                    "id",
                                    new Workflow("acme", "acme/api", "build"),
                                    new Baseline.Seen(
                                            START, START, new Runs(3, List.of("1", "2", "3"))),
                                    Optional.empty(),
                                    Optional.empty()),
                            List.of(),
                            0);
            StoredEvent event =
                    new StoredEvent(
                            1,
                            "flow.allowed",
                            new JsonObject()
                                    .put("received", START.plus(age).toString())
                                    .put("job", new JsonObject().put("workflow", "build"))
                                    .put("destination", new JsonObject().put("name", "x")));
            learning.take(Sighting.of(event).orElseThrow());
            assertEquals(age.toDays() > 14 ? 1 : 0, learning.facts().size(), age::toString);
        }
    }

    @Test
    void aBaselineThatIsResetIsLearnedAnewAndTheActIsInTheTrail() {
        run("1", "npm.example");
        deviations();
        String id = learned().baseline().id();
        assertEquals(Optional.empty(), baselines.reset("another", "eve"));
        assertTrue(baselines.reset(id, "eve").isPresent());
        assertEquals(List.of(), baselines.list(ANY, "", 10));
        List<AuditLog.Written> acts = database.read(tx -> AuditLog.named(tx, "baseline.reset"));
        assertEquals("acme/api build", acts.getFirst().act().subject());
        assertEquals(1, acts.size());
        run("2", "npm.example");
        deviations();
        assertEquals(List.of("npm.example 1"), places());
    }

    @Test
    void whatWasNotSeenForLongIsForgottenWithTheEvents() {
        run("1", "npm.example", "old.example");
        deviations();
        now.set(START.plus(Duration.ofDays(31)));
        run("2", "npm.example");
        deviations();
        log.forgetOlderThan(Duration.ofDays(30));
        assertEquals(List.of("npm.example 2"), places());
        now.set(START.plus(Duration.ofDays(70)));
        log.forgetOlderThan(Duration.ofDays(30));
        assertEquals(List.of(), baselines.list(ANY, "", 10));
    }
}
