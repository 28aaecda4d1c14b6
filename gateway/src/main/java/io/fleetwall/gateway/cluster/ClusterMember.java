package io.fleetwall.gateway.cluster;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.fleetwall.gateway.config.GatewayConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.concurrent.TimeUnit;

/**
 * This gateway as a member of the gateways' cluster: the clustered Vert.x and the shared head. A
 * single gateway is a cluster of one, so that there is one way of working and not two.
 */
public final class ClusterMember implements AutoCloseable {
    private final HazelcastInstance hazelcast;
    private final Vertx vertx;
    private final SharedHead head;

    private ClusterMember(HazelcastInstance hazelcast, Vertx vertx) {
        this.hazelcast = hazelcast;
        this.vertx = vertx;
        this.head = new SharedHead(hazelcast.getMap(SharedHead.MAP));
    }

    /** Joins, or founds, the cluster; returns when this member takes part. */
    public static ClusterMember join(GatewayConfig.Cluster cluster) {
        // Only a system property reaches the loggers that work before a configuration is read.
        System.setProperty("hazelcast.logging.type", "slf4j");
        HazelcastInstance hazelcast = Hazelcast.newHazelcastInstance(HazelcastSettings.of(cluster));
        try {
            String host = cluster.bind().host();
            Vertx vertx =
                    Vertx.builder()
                            .with(
                                    new VertxOptions()
                                            .setEventBusOptions(
                                                    new EventBusOptions().setHost(host).setPort(0)))
                            .withClusterManager(new HazelcastClusterManager(hazelcast))
                            .buildClustered()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .orTimeout(30, TimeUnit.SECONDS)
                            .join();
            return new ClusterMember(hazelcast, vertx);
        } catch (RuntimeException failed) {
            hazelcast.shutdown();
            throw failed;
        }
    }

    /** The clustered Vert.x everything runs on. */
    public Vertx vertx() {
        return vertx;
    }

    /** The newest revision any gateway knows of. */
    public SharedHead head() {
        return head;
    }

    /** Whether this member takes part. */
    public boolean usable() {
        return hazelcast.getLifecycleService().isRunning();
    }

    /** How many gateways take part. */
    public int size() {
        return usable() ? hazelcast.getCluster().getMembers().size() : 0;
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(5, TimeUnit.SECONDS)
                .join();
        hazelcast.shutdown();
    }
}
