package io.fleetwall.gateway;

import io.fleetwall.gateway.cluster.ClusterMember;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.fleet.LiteFeed;
import io.fleetwall.gateway.identity.BusIdentity;
import io.fleetwall.gateway.identity.StateDirectory;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process with a node that is a lite member of the gateways' cluster: it has no store, no link
 * and no API, and its policies come over the cluster's event bus.
 *
 * <p>The node comes first and lives without a gateway, as every other does: membership is looked
 * for beside it, again and again, and given up where no gateway is left in it.
 */
final class LiteMember implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiteMember.class);
    private static final Duration AGAIN = Duration.ofSeconds(3);

    private final GatewayConfig.Cluster cluster;
    private final BusIdentity bus;
    private final Vertx vertx;
    private final LiteFeed feed;
    private final HostedAgent agent;
    private final Thread membership;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Optional<ClusterMember> member = Optional.empty();

    private LiteMember(GatewayConfig config, Path node) {
        this.cluster = config.cluster();
        this.bus =
                BusIdentity.known(StateDirectory.open(config.state()))
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "a lite member needs "
                                                + config.state().resolve(BusIdentity.FILE)
                                                + ": copy it from a gateway's state directory"));
        this.vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        this.feed =
                new LiteFeed(
                        vertx,
                        () -> member.filter(known -> known.size() > 0).map(ClusterMember::vertx));
        feed.open();
        this.membership = Thread.ofVirtual().name("membership").start(this::belong);
        this.agent = HostedAgent.start(vertx, node);
    }

    /** Starts one; returns when its node enforces, whether or not a gateway is there. */
    static LiteMember start(GatewayConfig config, Path node) {
        LOG.atWarn()
                .log(
                        "this machine becomes a member of the gateways' cluster: whoever takes it"
                                + " over can pose as any node, and what gateways tell each other is"
                                + " open to them; for small fleets whose machines are all trusted");
        return new LiteMember(config, node);
    }

    private void belong() {
        try {
            do {
                if (member.filter(known -> known.size() == 0).isPresent()) {
                    LOG.atWarn().log("no gateway is left in the cluster; looking for it anew");
                    leave();
                }
                if (member.isEmpty()) {
                    join();
                }
            } while (!closing.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException ends) {
            Thread.currentThread().interrupt();
        }
        leave();
    }

    private void join() {
        try {
            member = Optional.of(ClusterMember.join(cluster, bus));
            LOG.atInfo().addKeyValue("cluster", cluster.name()).log("lite member of the cluster");
        } catch (RuntimeException failed) {
            LOG.atWarn()
                    .addKeyValue("members", cluster.peers().members())
                    .addKeyValue("problem", failed.toString())
                    .log("no gateway of the cluster is reached; the node keeps its policies");
        }
    }

    private void leave() {
        Optional<ClusterMember> left = member;
        member = Optional.empty();
        feed.end();
        try {
            left.ifPresent(ClusterMember::close);
        } catch (RuntimeException failed) {
            LOG.atWarn().setCause(failed).log("the cluster was not left in order");
        }
    }

    @Override
    public void close() {
        agent.close();
        closing.countDown();
        try {
            membership.join(Duration.ofSeconds(15));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
