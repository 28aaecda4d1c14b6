package io.fleetwall.gateway.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import io.fleetwall.gateway.config.GatewayConfig;
import java.util.UUID;

/**
 * Hazelcast's configuration, written out. Its open-source edition has neither TLS nor
 * authentication, so whoever reaches the port is a member: it binds to one address, finds nobody by
 * itself, tells nobody that it runs, and reads back only classes it knows.
 */
final class HazelcastSettings {
    private HazelcastSettings() {}

    static Config of(GatewayConfig.Cluster cluster) {
        Config config = new Config();
        config.setClusterName(cluster.name());
        config.setLiteMember(cluster.lite() == GatewayConfig.Lite.MEMBER);
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        // Waiting for members that start together only shortens their join; it costs 5 s here.
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        // A dead gateway is noticed in 10 s instead of 60; its nodes reconnect by themselves.
        config.setProperty("hazelcast.heartbeat.interval.seconds", "2");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "10");
        // Halves that can reach each other again look for each other soon, not after five minutes.
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "5");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
        // Some maps of a few entries: a fraction of the default 271 partitions starts faster.
        config.setProperty("hazelcast.partition.count", "31");
        // Two cores, little traffic: defaults would start a thread pool per core and purpose.
        config.setProperty("hazelcast.operation.generic.thread.count", "2");
        config.setProperty("hazelcast.operation.thread.count", "2");
        config.setProperty("hazelcast.event.thread.count", "2");
        // Vert.x knows the members of an instance it did not start itself by this attribute.
        config.getMemberAttributeConfig().setAttribute(Sessions.NAME, UUID.randomUUID().toString());
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        config.getSerializationConfig().setJavaSerializationFilterConfig(known());
        network(config.getNetworkConfig(), cluster);
        maps(config);
        return config;
    }

    private static void network(NetworkConfig network, GatewayConfig.Cluster cluster) {
        network.setPort(cluster.bind().port());
        // Port 0 (tests) counts up from the default until one is free.
        network.setPortAutoIncrement(cluster.bind().port() == 0);
        if (cluster.bind().port() == 0) {
            network.setPort(NetworkConfig.DEFAULT_PORT).setPortCount(200);
        }
        network.setPublicAddress(null);
        network.getInterfaces().setEnabled(true).addInterface(cluster.bind().host());
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        // Without any way to join Hazelcast warns at every start; alone, it only asks itself.
        join.getTcpIpConfig()
                .setEnabled(true)
                .addMember(cluster.bind().host() + ":" + port(cluster));
        cluster.peers().members().forEach(join.getTcpIpConfig()::addMember);
        cluster.peers().kubernetesService().ifPresent(service -> kubernetes(join, service));
    }

    /** By the addresses of a headless service, which needs no right to ask Kubernetes' API. */
    private static void kubernetes(JoinConfig join, String service) {
        join.getTcpIpConfig().setEnabled(false);
        join.getKubernetesConfig().setEnabled(true).setProperty("service-dns", service);
    }

    private static int port(GatewayConfig.Cluster cluster) {
        return cluster.bind().port() == 0 ? NetworkConfig.DEFAULT_PORT : cluster.bind().port();
    }

    /**
     * What Vert.x keeps in Hazelcast, as its own default file says, and the head of the policies.
     */
    private static void maps(Config config) {
        config.addMultiMapConfig(
                new MultiMapConfig("__vertx.subs")
                        .setBackupCount(1)
                        .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
        config.addMapConfig(
                new MapConfig(SharedHead.MAP)
                        .setBackupCount(1)
                        .setMergePolicyConfig(
                                new MergePolicyConfig(HigherRevisionWins.class.getName(), 1)));
        // What the smaller half says is not merged: its gateways write their nodes again.
        config.addMapConfig(
                new MapConfig(Sessions.MAP)
                        .setBackupCount(2)
                        .setMergePolicyConfig(
                                new MergePolicyConfig(DiscardMergePolicy.class.getName(), 1)));
    }

    /**
     * The classes that are read back. Exceptions among them, with what every exception is made of:
     * a member says with one that a partition has moved, and who cannot read that waits for ever.
     */
    private static JavaSerializationFilterConfig known() {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.setDefaultsDisabled(true);
        filter.getWhitelist()
                .addPrefixes(
                        "io.fleetwall.gateway.cluster.",
                        "io.vertx.",
                        "com.hazelcast.",
                        "java.lang.",
                        "[Ljava.lang.StackTraceElement;")
                .addClasses(
                        "java.io.EOFException",
                        "java.io.IOException",
                        "java.net.ConnectException",
                        "java.net.SocketException",
                        "java.net.SocketTimeoutException",
                        "java.util.ArrayList",
                        "java.util.Collections$EmptyList",
                        "java.util.concurrent.CancellationException",
                        "java.util.concurrent.CompletionException",
                        "java.util.concurrent.ExecutionException",
                        "java.util.concurrent.RejectedExecutionException",
                        "java.util.concurrent.TimeoutException");
        return filter;
    }
}
