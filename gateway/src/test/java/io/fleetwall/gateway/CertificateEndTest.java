package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.Welcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateEndTest {
    @TempDir Path state;

    @Test
    void theLinkOfANodeIsCutWhenItsCertificateEndsAlthoughTheNodeIsWell() throws Exception {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state, this::shortLived)) {
            var credentials = TestNode.enrol(gateway, "n");
            try (TestNode node = TestNode.connect(gateway, credentials)) {
                node.say(new Hello(1, "n", UUID.randomUUID(), "test", "6.18", List.of()));
                node.next(Welcome.class);
                Eventually.holds(
                        "expired",
                        () -> {
                            node.sayUnlessClosed(new Heartbeat(Instant.now()));
                            return gateway.refused("expired").orElse(0L) > 0;
                        });
                String reason = node.next(Goodbye.class).reason();
                assertTrue(reason.contains("expired"), reason);
                assertEquals(0L, gateway.refused("silent").orElse(0L).longValue());
            }
        }
    }

    private GatewayConfig shortLived(GatewayConfig config) {
        GatewayConfig.Link link = config.link();
        return new GatewayConfig(
                config.name(),
                config.state(),
                config.store(),
                config.api(),
                new GatewayConfig.Link(
                        link.listen(),
                        link.names(),
                        link.heartbeat(),
                        link.lostAfter(),
                        link.window(),
                        GatewayUnderTest.certificates(Duration.ofSeconds(6))),
                config.policies(),
                config.cluster(),
                config.events(),
                config.webhooks());
    }
}
