package io.fleetwall.gateway.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Stores;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
final class RolloutVerticleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String STARTED = "rollout.started";
    private static final String FINISHED = "rollout.finished";
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong looks = new AtomicLong();
    private final AtomicBoolean moving = new AtomicBoolean();
    private final AtomicBoolean parted = new AtomicBoolean();

    /** Those that take part, the oldest first. */
    private final List<String> gateways = new CopyOnWriteArrayList<>(List.of("one"));

    private final Stores stores;
    private Database database;
    private ToldEvents told;

    RolloutVerticleTest(Stores stores) {
        this.stores = stores;
    }

    /** A gateway, its rollouts and its runners. */
    private final class OneGateway {
        final Rollouts rollouts =
                new Rollouts(() -> {
                    looks.incrementAndGet();
                    return nanos.get();
                });
        final Fleet fleet = new Fleet(InstantSource.system(), rollouts);
        final String name;

        OneGateway(String name) {
            this.name = name;
        }

        void hello(String node) {
            Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
            var runner = new RunnerReport("a", "veth0", scope, 0, Digest.NONE);
            fleet.hello(new Hello(1, node, UUID.randomUUID(), "0.9", "6.18", List.of(runner)));
        }

        void applied(String node, long revision) {
            fleet.applied(node, new Applied("a", revision, Digest.NONE, Digest.NONE, 5));
        }

        OneGateway deployed() throws Exception {
            var company =
                    new Company(
                            name,
                            () -> parted.get() ? Set.of(name) : Set.copyOf(gateways),
                            () -> parted.get() || gateways.getFirst().equals(name),
                            moving::get);
            told.deploy(
                    new RolloutVerticle(
                            new RolloutVerticle.Here(fleet::runners, fleet::changes),
                            rollouts,
                            new RolloutVerticle.Telling(database, told.by(name)),
                            new RolloutVerticle.Manner(PATIENCE, InstantSource.system(), company)));
            return this;
        }
    }

    @BeforeEach
    void open(@TempDir Path directory, Vertx vertx) {
        database = Database.open(stores.fresh(), directory.resolve("fleetwall.db"));
        told = new ToldEvents(database, vertx);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private OneGateway withNode(String gateway, String node) throws Exception {
        OneGateway one = new OneGateway(gateway);
        one.hello(node);
        return one.deployed();
    }

    private String last() {
        return told.all().getLast().getString("message");
    }

    @Test
    void aRunnerThatDoesNotAnswerStallsARolloutAndEndsItWhenItDoes() throws Exception {
        OneGateway one = withNode("one", "n");
        one.rollouts.begin(7, Instant.now());
        told.await(List.of(STARTED));
        nanos.addAndGet(PATIENCE.plusSeconds(1).toNanos());
        told.await(List.of(STARTED, "rollout.stalled"));
        assertEquals("revision 7 is not answered by 1 of 1 runners after 31 s: n/a", last());
        one.applied("n", 7);
        told.await(List.of(STARTED, "rollout.stalled", FINISHED));
    }

    @Test
    void theRevisionOfLongAgoThatAGatewayStartsWithIsNotToldAsOne() throws Exception {
        OneGateway one = new OneGateway("one");
        one.hello("n");
        one.rollouts.begin(7, Instant.now().minus(Duration.ofHours(1)));
        one.deployed();
        ToldEvents.until(() -> looks.get() >= 3);
        one.rollouts.begin(8, Instant.now());
        told.await(List.of(STARTED));
    }

    @Test
    void twoGatewaysTellARolloutOnceWithTheRunnersOfBoth() throws Exception {
        gateways.add("two");
        OneGateway one = withNode("one", "n1");
        OneGateway two = withNode("two", "n2");
        two.rollouts.begin(7, Instant.now());
        one.rollouts.begin(7, Instant.now());
        told.await(List.of(STARTED));
        assertEquals("revision 7 goes out to 2 runners", last());
        one.applied("n1", 7);
        long before = looks.get();
        ToldEvents.until(() -> looks.get() > before + 12);
        told.await(List.of(STARTED));
        two.applied("n2", 7);
        told.await(List.of(STARTED, FINISHED));
        assertTrue(last().startsWith("revision 7 is in force on 2 of 2 runners"), last());
    }

    @Test
    void gatewaysThatDoNotSeeEachOtherTellEachStageOnceAllTheSame() throws Exception {
        gateways.add("two");
        parted.set(true);
        OneGateway one = withNode("one", "n1");
        OneGateway two = withNode("two", "n2");
        for (long revision = 7; revision < 10; revision++) {
            one.rollouts.begin(revision, Instant.now());
            two.rollouts.begin(revision, Instant.now());
            one.applied("n1", revision);
            two.applied("n2", revision);
            long stages = 2 * (revision - 6);
            ToldEvents.until(() -> told.kinds().size() >= stages);
        }
        assertEquals(
                List.of(STARTED, FINISHED, STARTED, FINISHED, STARTED, FINISHED), told.kinds());
    }

    @Test
    void theNextOldestGoesOnWhereOneThatIsGoneHasStopped() throws Exception {
        gateways.add("two");
        OneGateway one = withNode("one", "n1");
        OneGateway two = withNode("two", "n2");
        one.rollouts.begin(7, Instant.now());
        two.rollouts.begin(7, Instant.now());
        told.await(List.of(STARTED));
        two.applied("n2", 7);
        moving.set(true);
        gateways.removeFirst();
        long before = looks.get();
        ToldEvents.until(() -> looks.get() > before + 12);
        told.await(List.of(STARTED));
        two.hello("n1");
        moving.set(false);
        two.applied("n1", 7);
        told.await(List.of(STARTED, FINISHED));
        assertTrue(last().startsWith("revision 7 is in force on 2 of 2 runners"), last());
        two.rollouts.begin(8, Instant.now());
        told.await(List.of(STARTED, FINISHED, STARTED));
    }
}
