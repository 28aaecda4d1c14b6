package io.fleetwall.gateway.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Stores;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.signature.ScopeDigest;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
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
final class AppliedVerticleTest {
    private static final Instant PUBLISHED = Instant.parse("2026-11-22T10:00:00Z");
    private static final Scope SCOPE = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
    private static final Digest POLICY = ScopeDigest.of(SCOPE);
    private final AtomicReference<Instant> now = new AtomicReference<>(PUBLISHED);
    private final Rollouts rollouts = new Rollouts(System::nanoTime);
    private final Fleet fleet = new Fleet(now::get, rollouts);
    private final Stores stores;
    private Database database;
    private ToldEvents told;

    AppliedVerticleTest(Stores stores) {
        this.stores = stores;
    }

    @BeforeEach
    void open(@TempDir Path directory, Vertx vertx) throws Exception {
        database = Database.open(stores.fresh(), directory.resolve("fleetwall.db"));
        told = new ToldEvents(database, vertx);
        told.deploy(
                new AppliedVerticle(
                        fleet, rollouts, mark -> List.of("acme", "npm"), told.by("gateway-1")));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void hello(String node, long revision) {
        var runner = new RunnerReport("a", "veth0", SCOPE, revision, POLICY);
        fleet.hello(new Hello(1, node, UUID.randomUUID(), "0.9", "6.18", List.of(runner)));
    }

    private void applied(String node, long revision, long millisAfter) {
        now.set(PUBLISHED.plusMillis(millisAfter));
        fleet.applied(node, new Applied("a", revision, POLICY, POLICY, 5));
    }

    private List<JsonObject> events(int number) {
        ToldEvents.until(() -> told.all().size() >= number);
        assertEquals(number, told.all().size(), () -> told.all().toString());
        return told.all();
    }

    @Test
    void aFewRunnersAreToldEachByItselfOnceForARevision() {
        rollouts.begin(7, PUBLISHED);
        hello("n1", 0);
        hello("n2", 6);
        applied("n1", 7, 120);
        applied("n2", 7, 340);
        JsonObject second = events(2).getLast();
        assertEquals("policy.applied", second.getString("kind"));
        assertEquals("n2", second.getString("node"));
        assertEquals("a", second.getString("runner"));
        assertEquals(340, second.getLong("windowMillis"));
        assertEquals(
                "revision 7 is in force as policy "
                        + POLICY.brief()
                        + " (acme, npm), 340 ms after its publication",
                second.getString("message"));
        // The answer to a job's scope, and what a node restates when it comes back.
        applied("n1", 7, 900);
        hello("n2", 7);
        rollouts.begin(8, PUBLISHED);
        applied("n1", 8, 1_000);
        assertTrue(events(3).getLast().getString("message").startsWith("revision 8 "));
    }

    @Test
    void manyRunnersAreToldTogetherWithTheSlowestOfThem() {
        int many = 10_000;
        rollouts.begin(7, PUBLISHED);
        for (int i = 0; i < many; i++) {
            hello("n" + i, 0);
        }
        applied("n77", 7, 900);
        for (int i = 0; i < many; i++) {
            applied("n" + i, 7, 100 + i % 700);
        }
        ToldEvents.until(() -> runners() >= many);
        assertEquals(many, runners());
        List<JsonObject> all = told.all();
        assertTrue(all.size() < 10, all::toString);
        assertTrue(
                all.stream()
                        .anyMatch(event ->
                                event.getString("message").contains("the last of them n77/a")
                                        && event.getLong("windowMillis") == 900),
                all::toString);
    }

    private long runners() {
        return told.all().stream().mapToLong(event -> event.getLong("count")).sum();
    }

    @Test
    void anAnswerThatALinkBrokeUnderIsToldWhenTheNodeRestatesIt() {
        rollouts.begin(7, PUBLISHED);
        hello("n1", 6);
        fleet.desired(new RunnerKey("n1", "a"), new PolicyMark(7, POLICY, POLICY));
        now.set(PUBLISHED.plus(Duration.ofSeconds(3)));
        hello("n1", 7);
        assertEquals(3_000, events(1).getFirst().getLong("windowMillis"));
        // Another gateway has sent it to this one, and told it.
        hello("n2", 6);
        hello("n2", 7);
        hello("n1", 7);
        rollouts.begin(8, PUBLISHED);
        applied("n1", 8, 4_000);
        assertTrue(events(2).getLast().getString("message").startsWith("revision 8 "));
    }

    @Test
    void aRevisionOfBeforeTheGatewayStartedHasNoTimeAfterItsPublication() {
        hello("n1", 0);
        applied("n1", 3, 100);
        JsonObject event = events(1).getFirst();
        assertFalse(event.containsKey("windowMillis"), event::encode);
        assertTrue(event.getString("message").endsWith(" (acme, npm)"), event::encode);
    }
}
