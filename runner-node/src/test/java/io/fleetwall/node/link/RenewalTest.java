package io.fleetwall.node.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.bus.LocalCodec;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAuthority;
import io.fleetwall.node.fleet.TestFleet;
import io.fleetwall.node.fleet.TestGateway;
import io.fleetwall.protocol.message.Hello;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's certificates over real TLS, with lives of seconds. */
class RenewalTest {
    @TempDir Path place;
    private final TestAuthority authority;
    private final TestGateway gateway;
    private final Vertx vertx = Vertx.vertx();

    RenewalTest() throws Exception {
        authority = new TestAuthority();
        gateway = new TestGateway(authority, new TestFleet());
    }

    @BeforeEach
    void start() throws Exception {
        LocalCodec.register(vertx.eventBus());
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        gateway.close();
    }

    @Test
    void a_certificate_is_renewed_in_time_with_a_new_key_and_the_link_goes_over_to_it()
            throws Exception {
        authority.lasting(Duration.ofSeconds(4), Duration.ofSeconds(12));
        link();
        Await.until(() -> gateway.heard(Hello.class).size() == 1, () -> "the first hello");
        Identity first = Identity.load(place).orElseThrow();
        authority.lasting(Duration.ofSeconds(60), Duration.ofHours(1));
        Await.until(
                () -> gateway.heard(Hello.class).size() == 2, () -> "the hello after the renewal");
        Identity second = Identity.load(place).orElseThrow();
        Instant made =
                Identity.first(second.certificate()).getNotBefore().toInstant().plusSeconds(60);
        assertTrue(made.isBefore(first.expiry()), "in time");
        assertNotEquals(first.key(), second.key());
        assertEquals(
                shown().getSerialNumber(), Identity.first(second.certificate()).getSerialNumber());
        assertArrayEquals(first.signingKeys().getFirst(), second.signingKeys().getFirst());
        assertEquals(1, gateway.renewals());
    }

    @Test
    void a_renewal_that_is_refused_is_asked_for_again_and_changes_nothing_until_then()
            throws Exception {
        authority.lasting(Duration.ofSeconds(20), Duration.ofSeconds(10));
        gateway.refuseRenewals(Integer.MAX_VALUE);
        link();
        Await.until(() -> gateway.renewals() >= 2, () -> "refused renewals");
        Identity first = Identity.load(place).orElseThrow();
        authority.lasting(Duration.ofSeconds(60), Duration.ofHours(1));
        gateway.refuseRenewals(0);
        Await.until(() -> !stored().equals(first.certificate()), () -> "another certificate");
        assertNotEquals(first.key(), Identity.load(place).orElseThrow().key());
    }

    @Test
    void renewals_of_a_fleet_lie_between_the_half_and_two_thirds_of_a_life() throws Exception {
        authority.lasting(Duration.ofSeconds(60), Duration.ofHours(1));
        link();
        Await.until(() -> !gateway.heard(Hello.class).isEmpty(), () -> "a hello");
        Identity identity = Identity.load(place).orElseThrow();
        X509Certificate mine = Identity.first(identity.certificate());
        Instant from = mine.getNotBefore().toInstant();
        Duration life = Duration.between(from, identity.expiry());
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            Duration at = Duration.between(from, identity.renewal(random));
            assertTrue(
                    at.compareTo(life.dividedBy(2)) >= 0
                            && at.multipliedBy(3).compareTo(life.multipliedBy(2)) < 0);
        }
    }

    private String stored() {
        try {
            return Identity.load(place).orElseThrow().certificate();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate shown() throws IOException {
        return gateway.shown();
    }

    private void link() throws Exception {
        new TestLink(vertx, authority, gateway).deploy(place);
    }
}
