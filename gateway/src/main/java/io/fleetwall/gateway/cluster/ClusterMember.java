package io.fleetwall.gateway.cluster;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.identity.BusIdentity;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * This gateway as a member of the gateways' cluster: the clustered Vert.x and the shared head. A
 * single gateway is a cluster of one, so that there is one way of working and not two.
 */
public final class ClusterMember implements AutoCloseable {
    /**
     * Members that start at once may found two clusters and then merge; until they have, calls
     * wait. Less than a start-up probe waits.
     */
    private static final int JOIN_SECONDS = 100;

    private final HazelcastInstance hazelcast;
    private final Vertx vertx;
    private final SharedHead head;
    private final Sessions sessions;

    private ClusterMember(HazelcastInstance hazelcast, Vertx vertx) {
        this.hazelcast = hazelcast;
        this.vertx = vertx;
        this.head = new SharedHead(hazelcast.getMap(SharedHead.MAP));
        this.sessions = new Sessions(hazelcast.getMap(Sessions.MAP), hazelcast.getCluster());
    }

    /** Joins, or founds, the cluster; returns when this member takes part. */
    public static ClusterMember join(GatewayConfig.Cluster cluster, BusIdentity bus) {
        // Only a system property reaches the loggers that work before a configuration is read.
        System.setProperty("hazelcast.logging.type", "slf4j");
        HazelcastInstance hazelcast = Hazelcast.newHazelcastInstance(HazelcastSettings.of(cluster));
        try {
            if (cluster.lite() == GatewayConfig.Lite.MEMBER && gateways(hazelcast) == 0) {
                throw new IllegalStateException("no gateway is a member of the cluster");
            }
            Vertx vertx =
                    Vertx.builder()
                            .with(
                                    new VertxOptions()
                                            .setPreferNativeTransport(true)
                                            .setEventBusOptions(bus(cluster, bus)))
                            .withClusterManager(new HazelcastClusterManager(hazelcast))
                            .buildClustered()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .orTimeout(JOIN_SECONDS, TimeUnit.SECONDS)
                            .join();
            return new ClusterMember(hazelcast, vertx);
        } catch (RuntimeException failed) {
            hazelcast.shutdown();
            throw failed;
        }
    }

    /** TLS 1.3 both ways, and nobody but the gateways themselves is trusted. */
    private static EventBusOptions bus(GatewayConfig.Cluster cluster, BusIdentity bus) {
        EventBusOptions options =
                new EventBusOptions()
                        .setHost(cluster.bind().host())
                        .setPort(cluster.eventBusPort())
                        .setClientAuth(ClientAuth.REQUIRED)
                        .setTrustAll(false);
        options.setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(
                        new PemKeyCertOptions()
                                .addKeyValue(Buffer.buffer(bus.key()))
                                .addCertValue(Buffer.buffer(bus.certificate())))
                .setTrustOptions(
                        new PemTrustOptions().addCertValue(Buffer.buffer(bus.certificate())));
        return options;
    }

    /** The clustered Vert.x everything runs on. */
    public Vertx vertx() {
        return vertx;
    }

    /** The newest revision any gateway knows of. */
    public SharedHead head() {
        return head;
    }

    /** Which gateway has which node. */
    public Sessions sessions() {
        return sessions;
    }

    /** Whether this member takes part. */
    public boolean usable() {
        return hazelcast.getLifecycleService().isRunning();
    }

    /** How many gateways take part. */
    public int size() {
        return usable() ? gateways(hazelcast) : 0;
    }

    private static int gateways(HazelcastInstance hazelcast) {
        return (int)
                hazelcast.getCluster().getMembers().stream()
                        .filter(member -> !member.isLiteMember())
                        .count();
    }

    @Override
    public void close() {
        try {
            vertx.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(5, TimeUnit.SECONDS)
                    .join();
        } finally {
            hazelcast.shutdown();
        }
    }
}
