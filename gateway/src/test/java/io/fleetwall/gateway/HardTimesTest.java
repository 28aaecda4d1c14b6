package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.laboratory.fault.SmallDisk;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.message.Welcome;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway with the embedded store, whose disk is a small one of its own. */
final class HardTimesTest {
    /** One a second for an hour. */
    private static final int AN_HOUR = 3_600;

    private static final UUID BOOT = UUID.randomUUID();
    private final UuidV7 ids = new UuidV7(InstantSource.system(), new SecureRandom());
    private final SmallDisk disk = SmallDisk.create();
    private final GatewayUnderTest gateway =
            GatewayUnderTest.start(disk.directory().resolve("state"));

    @AfterEach
    void stop() {
        gateway.close();
        disk.close();
    }

    private static Hello hello(long revision, Digest policy) {
        Scope idle = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        RunnerReport runner = new RunnerReport("a", "veth-a", idle, revision, policy);
        return new Hello(1, "n", BOOT, "test", "6.18", List.of(runner));
    }

    private static String policy(int number) {
        return ALLOW_NPM.replace("registry.npmjs.org", "h" + number + ".example.com");
    }

    @Test
    void aNodeThatWasAwayForAnHourOfRevisionsIsSentTheNewestAndNoOther() {
        gateway.publish(policy(0));
        var credentials = TestNode.enrol(gateway, "n");
        SignedPolicy kept;
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello(0, Digest.NONE));
            kept = node.next(Desired.class).policy();
            node.say(applied(kept));
        }
        for (int i = 1; i <= AN_HOUR; i++) {
            assertEquals(i + 1, gateway.publish(policy(i)).revision());
        }
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello(kept.revision(), kept.policy()));
            node.next(Welcome.class);
            SignedPolicy newest = node.next(Desired.class).policy();
            assertEquals(AN_HOUR + 1, newest.revision());
            node.say(applied(newest));
            Eventually.holds(
                    "it is in force",
                    () ->
                            gateway.get("/api/v1/runners/n/a")
                                    .body()
                                    .getString("state")
                                    .equals("in-force"));
            assertTrue(node.waiting().isEmpty(), () -> node.waiting().toString());
        }
    }

    private static Applied applied(SignedPolicy policy) {
        return new Applied("a", policy.revision(), policy.scope(), policy.policy(), 100);
    }

    @Test
    void withoutRoomNothingIsPublishedOrAcknowledgedAndWhatWasStays() {
        long published = gateway.publish(policy(0)).revision();
        var credentials = TestNode.enrol(gateway, "n");
        long acknowledged;
        disk.fill();
        var answer = gateway.publish(policy(1));
        // What lies in half-filled pages finds its place for a while, and counts.
        for (int i = 2; answer.status() == 201; i++) {
            published = answer.revision();
            answer = gateway.publish(policy(i));
        }
        assertEquals(503, answer.status(), answer.body()::encode);
        assertEquals("FW-A010", answer.body().getString("code"));
        assertEquals(published, gateway.head());
        assertEquals(200, gateway.get("/api/v1/health/ready").status(), "nodes still need it");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello(0, Digest.NONE));
            assertEquals(published, node.next(Desired.class).policy().revision());
            acknowledged = acknowledgedUntilHeldBack(node);
            assertFalse(node.isClosed());
            assertEquals(acknowledged, stored());
            disk.clear();
            assertEquals(++acknowledged, node.next(EventAck.class).sequence());
        }
        assertEquals(published + 1, gateway.publish(ALLOW_NPM).revision());
        assertEquals(acknowledged, stored());
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello(0, Digest.NONE));
            node.say(batch(acknowledged + 1));
            assertEquals(acknowledged + 1, node.next(EventAck.class).sequence());
        }
        assertEquals(acknowledged + 1, stored());
    }

    /** Nothing is said of a batch for longer than a loaded machine takes to store one. */
    private long acknowledgedUntilHeldBack(TestNode node) {
        for (long sequence = 1; ; sequence++) {
            node.say(batch(sequence));
            if (!node.hears(EventAck.class, Duration.ofSeconds(10))) {
                return sequence - 1;
            }
        }
    }

    private EventBatch batch(long sequence) {
        Event event =
                new Event(
                        ids.next(),
                        Instant.now(),
                        "n",
                        "a",
                        EventKind.LOSS,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        1,
                        "an event of a test ".repeat(100));
        return new EventBatch(BOOT, sequence, List.of(event));
    }

    private int stored() {
        return gateway.get("/api/v1/events?kind=loss&limit=1000")
                .body()
                .getJsonArray("events")
                .size();
    }
}
