package io.fleetwall.gateway;

import io.fleetwall.gateway.api.ApiVerticle;
import io.fleetwall.gateway.api.Services;
import io.fleetwall.gateway.catalogue.CatalogueVerticle;
import io.fleetwall.gateway.catalogue.DirectoryWatch;
import io.fleetwall.gateway.catalogue.Policies;
import io.fleetwall.gateway.cluster.ClusterMember;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.event.EventLog;
import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.gateway.identity.FleetKey;
import io.fleetwall.gateway.identity.StateDirectory;
import io.fleetwall.gateway.identity.Tokens;
import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.protocol.event.UuidV7;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway at work: the whole graph, built from its settings top to bottom and closed in reverse.
 * Also what tests start, several in one process.
 */
public final class RunningGateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningGateway.class);
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final InstantSource clock;
    private final ApiVerticle api;

    private RunningGateway(GatewayConfig config, InstantSource clock) {
        this.clock = clock;
        try {
            this.api = build(config);
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    /** Starts a gateway; returns when it is ready. */
    public static RunningGateway start(GatewayConfig config) {
        return new RunningGateway(config, InstantSource.system());
    }

    private ApiVerticle build(GatewayConfig config) {
        StateDirectory state = StateDirectory.open(config.state());
        // The cluster takes longest and needs none of the rest, so both start at once.
        CompletableFuture<ClusterMember> joining =
                CompletableFuture.supplyAsync(
                        () -> ClusterMember.join(config.cluster(), config.name()),
                        task -> Thread.ofPlatform().name("join").start(task));
        Database database;
        try {
            database = opened(Database.open(state.file("fleetwall.db")));
        } catch (RuntimeException failed) {
            joining.join().close();
            throw failed;
        }
        FleetKey fleetKey = FleetKey.open(state);
        Tokens tokens = new Tokens(database, clock);
        tokens.openAdmin(state);
        ClusterMember member = opened(joining.join());
        EventLog log = new EventLog(database, member.vertx().eventBus(), clock, (tx, event) -> {});
        OwnEvents own =
                new OwnEvents(
                        log,
                        database,
                        new UuidV7(clock, new SecureRandom()),
                        new OwnEvents.Speaker(config.name(), UUID.randomUUID(), clock));
        Policies policies =
                new Policies(
                        database,
                        fleetKey.signer(),
                        own,
                        new Policies.Trail(clock, new AuditLog(clock)));
        deploy(
                member,
                new CatalogueVerticle(policies, member.head(), clock),
                ThreadingModel.VIRTUAL_THREAD);
        config.policies()
                .directory()
                .ifPresent(directory ->
                        opened(
                                DirectoryWatch.start(
                                        directory, config.policies().settle(), policies, own)));
        ApiVerticle listener =
                new ApiVerticle(config.api(), new Services(database, member, tokens, policies));
        deploy(member, listener, ThreadingModel.EVENT_LOOP);
        return listener;
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    private void deploy(ClusterMember member, VerticleBase verticle, ThreadingModel model) {
        String id =
                await(
                        member.vertx()
                                .deployVerticle(
                                        verticle,
                                        new DeploymentOptions().setThreadingModel(model)));
        opened.push(() -> await(member.vertx().undeploy(id)));
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    /** The API's port in use. */
    public int apiPort() {
        return api.port();
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception failed) {
                LOG.atWarn()
                        .addKeyValue("part", part.getClass().getSimpleName())
                        .setCause(failed)
                        .log("a part did not close; going on with the others");
            }
        }
    }
}
