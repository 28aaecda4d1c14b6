package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.Welcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which nodes count as alive; heartbeats of a second, so that three seconds are silence. */
final class LivenessTest {
    @TempDir Path state;
    private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void pingsKeepALinkAsHeartbeatsDo() {
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.silent(gateway, credentials)) {
            node.say(new Hello(1, "n", UUID.randomUUID(), "test", "6.18", List.of()));
            node.next(Welcome.class);
            long end = System.nanoTime() + Duration.ofMillis(4_500).toNanos();
            Eventually.holds(
                    "more than the allowed silence has passed",
                    new Eventually.Patience(Duration.ofMillis(100), Duration.ofSeconds(90)),
                    () -> {
                        node.ping();
                        return System.nanoTime() > end;
                    });
            assertFalse(node.isClosed());
        }
    }

    @Test
    void pingsOfANodeThatDoesNotSayWhoItIsKeepNothing() {
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.silent(gateway, credentials)) {
            Eventually.holds(
                    "it is cut off",
                    new Eventually.Patience(Duration.ofMillis(100), Duration.ofSeconds(90)),
                    () -> {
                        node.pingUnlessClosed();
                        return node.isClosed();
                    });
        }
    }
}
