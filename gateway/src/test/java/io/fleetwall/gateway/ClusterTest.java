package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_PYPI;
import static io.fleetwall.gateway.GatewayUnderTest.clustered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.cluster.ClusterMember;
import io.fleetwall.gateway.cluster.Head;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.ListenAddress;
import io.fleetwall.gateway.identity.BusIdentity;
import io.fleetwall.gateway.identity.StateDirectory;
import io.fleetwall.gateway.store.Stores;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterTest {
    @TempDir Path state;

    private static ListenAddress free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new ListenAddress("127.0.0.1", socket.getLocalPort());
        }
    }

    @Test
    void theSharedHeadOnlyMovesForward() throws Exception {
        var alone = GatewayUnderTest.alone("alone", free());
        try (ClusterMember member = join(alone)) {
            assertTrue(announce(member, new Head(5, "five")));
            assertFalse(announce(member, new Head(4, "four")));
            assertFalse(announce(member, new Head(5, "another five")));
            assertEquals(new Head(5, "five"), member.head().known().orElseThrow());
            assertTrue(announce(member, new Head(6, "six")));
            assertEquals(6, member.head().known().orElseThrow().revision());
        }
    }

    private ClusterMember join(GatewayConfig.Cluster cluster) {
        return ClusterMember.join(
                cluster, BusIdentity.open(StateDirectory.open(state), InstantSource.system()));
    }

    private static boolean announce(ClusterMember member, Head head) throws Exception {
        return member.head().announce(head).toCompletableFuture().get();
    }

    @Test
    void twoGatewaysOnOneStoreFollowEachOther() throws IOException {
        ListenAddress first = free();
        ListenAddress second = free();
        GatewayConfig.Store store = Stores.postgresql();
        var memberOne = new GatewayUnderTest.Member("one", store, first, second.port());
        var memberTwo = new GatewayUnderTest.Member("two", store, second, first.port());
        try (GatewayUnderTest one = GatewayUnderTest.start(state, c -> clustered(c, memberOne));
                GatewayUnderTest two =
                        GatewayUnderTest.start(state, c -> clustered(c, memberTwo))) {
            assertEquals(2, two.get("/api/v1/health/ready").body().getInteger("members"));
            one.publish(ALLOW_NPM);
            Eventually.holds("the second follows the first", () -> two.head() == 1);
            two.publish(ALLOW_PYPI);
            Eventually.holds("the first follows the second", () -> one.head() == 2);
        }
    }
}
