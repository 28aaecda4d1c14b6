package io.fleetwall.gateway.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.GatewayConfig.Target;
import io.fleetwall.gateway.config.Network;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.config.Tuning;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an alert may go, however its address is written and whatever its name does. */
final class TargetGuardTest {
    private static final List<Network> LOOPBACK =
            List.of(Network.parse("127.0.0.0/8").orElseThrow());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1",
                "2130706433",
                "0.0.0.0",
                "0",
                "169.254.169.254",
                "10.0.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "240.0.0.1",
                "::1",
                "::",
                "[::1]",
                "::127.0.0.1",
                "::ffff:127.0.0.1",
                "::ffff:7f00:1",
                "::ffff:169.254.169.254",
                "::ffff:0:127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::1",
                "2002:7f00:1::",
                "2001:0:7f00:1::",
                "fe80::1",
                "fc00::1",
                "fd00:ec2::254",
                "fec0::1",
                "ff02::1",
                "100::1",
                "2001:db8::1",
                "3fff::1",
                "5f00::1"
            })
    void whatIsNotPublicIsRefusedHoweverItIsWritten(String host) {
        TargetGuard guard = new TargetGuard(List.of());
        assertInstanceOf(TargetGuard.Finding.Refused.class, guard.look(host), host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "2606:4700:4700::1111",
                "192.0.1.1",
                "223.255.255.255"
            })
    void whatIsPublicIsReachable(String host) {
        TargetGuard guard = new TargetGuard(List.of());
        assertInstanceOf(TargetGuard.Finding.Reachable.class, guard.look(host), host);
    }

    @Test
    void aListedNetworkIsOpenAndNoOther() throws Exception {
        TargetGuard guard = new TargetGuard(List.of(Network.parse("10.1.0.0/16").orElseThrow()));
        assertTrue(guard.permitted(InetAddress.ofLiteral("10.1.255.1")));
        assertTrue(guard.permitted(InetAddress.ofLiteral("::ffff:10.1.0.1")));
        assertFalse(guard.permitted(InetAddress.ofLiteral("10.2.0.1")));
        assertFalse(guard.permitted(InetAddress.ofLiteral("64:ff9b::a01:1")));
    }

    @Test
    void oneBadAddressSpoilsAName() throws Exception {
        InetAddress[] both = {
            InetAddress.ofLiteral("1.1.1.1"), InetAddress.ofLiteral("169.254.169.254")
        };
        TargetGuard guard = new TargetGuard(List.of(), host -> both);
        assertInstanceOf(TargetGuard.Finding.Refused.class, guard.look("hook.example"));
    }

    private static Target target(String url) {
        return new Target(
                "hook",
                Format.TEAMS,
                new Secret(url),
                Optional.empty(),
                Set.of("*"),
                Tuning.of(Format.TEAMS));
    }

    private static Attempt send(Vertx vertx, String url, TargetGuard guard) throws Exception {
        HttpTransport transport =
                new HttpTransport(vertx, target(url), guard, InstantSource.system());
        return transport
                .send(
                        List.of(PayloadTest.due(PayloadTest.denied(), Incident.Act.OPEN)),
                        new Parcel("text/plain", "x".getBytes(StandardCharsets.UTF_8)))
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    /** The name has no address at all by the time it is connected to, and would have another. */
    @Test
    void theAddressThatWasCheckedIsTheOneConnectedToWhateverTheNameSaysThen() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            AtomicReference<String> host = new AtomicReference<>("");
            HttpServer server =
                    vertx.createHttpServer()
                            .requestHandler(request -> {
                                host.set(String.valueOf(request.authority()));
                                request.response().end();
                            })
                            .listen(0, "127.0.0.1")
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(60, TimeUnit.SECONDS);
            AtomicInteger looks = new AtomicInteger();
            TargetGuard rebinding =
                    new TargetGuard(
                            LOOPBACK,
                            name -> {
                                looks.incrementAndGet();
                                return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
                            });
            String url = "http://rebinding.invalid:" + server.actualPort() + "/";
            Attempt attempt = send(vertx, url, rebinding);
            assertTrue(attempt.accepted(), attempt::toString);
            assertEquals("rebinding.invalid:" + server.actualPort(), host.get());
            assertEquals(1, looks.get(), "asked once for each request");
            AtomicInteger flips = new AtomicInteger();
            TargetGuard flipping =
                    new TargetGuard(
                            LOOPBACK,
                            name ->
                                    new InetAddress[] {
                                        InetAddress.ofLiteral(
                                                flips.getAndIncrement() == 0
                                                        ? "127.0.0.1"
                                                        : "169.254.169.254")
                                    });
            assertTrue(send(vertx, url, flipping).accepted());
            Attempt second = send(vertx, url, flipping);
            assertEquals("address not public and not in allowPrivateTargets", second.outcome());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aNameWithoutAnAddressIsSaidToBeSo() {
        TargetGuard guard =
                new TargetGuard(
                        List.of(),
                        name -> {
                            throw new UnknownHostException(name);
                        });
        assertEquals(
                new TargetGuard.Finding.Refused("name does not resolve"), guard.look("x.example"));
    }

    @ParameterizedTest
    @CsvSource({
        "120, 120",
        "0, 0",
        "'Sun, 22 Nov 2026 10:02:00 GMT', 120",
        "'Sun, 22 Nov 2026 09:00:00 GMT', 0"
    })
    void howLongAReceiverWantsToBeLeftAloneIsReadInBothForms(String text, long seconds) {
        Instant now = Instant.parse("2026-11-22T10:00:00Z");
        assertEquals(Optional.of(Duration.ofSeconds(seconds)), RetryAfter.read(text, now));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "soon", "1e9", "Sun, 99 Nov 2026 10:02:00 GMT"})
    void whatIsNeitherIsNoWish(String text) {
        assertEquals(Optional.empty(), RetryAfter.read(text, Instant.EPOCH));
    }
}
