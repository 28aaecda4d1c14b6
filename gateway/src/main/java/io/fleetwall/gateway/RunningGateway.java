package io.fleetwall.gateway;

import static io.vertx.core.ThreadingModel.EVENT_LOOP;
import static io.vertx.core.ThreadingModel.VIRTUAL_THREAD;

import io.fleetwall.gateway.api.ApiVerticle;
import io.fleetwall.gateway.api.EnrolmentRoutes;
import io.fleetwall.gateway.api.Services;
import io.fleetwall.gateway.catalogue.Approvals;
import io.fleetwall.gateway.catalogue.CatalogueVerticle;
import io.fleetwall.gateway.catalogue.DirectoryWatch;
import io.fleetwall.gateway.catalogue.Policies;
import io.fleetwall.gateway.cluster.ClusterMember;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.event.EventIntake;
import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.gateway.fleet.AppliedVerticle;
import io.fleetwall.gateway.fleet.Company;
import io.fleetwall.gateway.fleet.FeedVerticle;
import io.fleetwall.gateway.fleet.Fleet;
import io.fleetwall.gateway.fleet.FleetVerticle;
import io.fleetwall.gateway.fleet.LinkVerticle;
import io.fleetwall.gateway.fleet.MirrorVerticle;
import io.fleetwall.gateway.fleet.NodePresence;
import io.fleetwall.gateway.fleet.RevocationVerticle;
import io.fleetwall.gateway.fleet.RolloutVerticle;
import io.fleetwall.gateway.fleet.Rollouts;
import io.fleetwall.gateway.fleet.Roster;
import io.fleetwall.gateway.identity.BusIdentity;
import io.fleetwall.gateway.identity.Doorkeeper;
import io.fleetwall.gateway.identity.Enrolment;
import io.fleetwall.gateway.identity.FleetAuthority;
import io.fleetwall.gateway.identity.FleetKey;
import io.fleetwall.gateway.identity.ListenerIdentity;
import io.fleetwall.gateway.identity.NodeTrust;
import io.fleetwall.gateway.identity.Oidc;
import io.fleetwall.gateway.identity.Revocations;
import io.fleetwall.gateway.identity.SharedState;
import io.fleetwall.gateway.identity.SigningKeys;
import io.fleetwall.gateway.identity.StateDirectory;
import io.fleetwall.gateway.identity.Tokens;
import io.fleetwall.gateway.metric.Metrics;
import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway at work: the whole graph, built from its settings top to bottom and closed in reverse.
 * Also what tests start, several in one process.
 */
public final class RunningGateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningGateway.class);

    /** Nodes answer in milliseconds, or after a connection anew in seconds. */
    private static final Duration ROLLOUT_PATIENCE = Duration.ofSeconds(30);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final InstantSource clock;
    private final Listeners listeners;

    private record Listeners(ApiVerticle api, LinkVerticle link, ClusterMember member) {}

    private RunningGateway(GatewayConfig config, InstantSource clock) {
        this.clock = clock;
        try {
            this.listeners = build(config);
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    /** Starts a gateway; returns when it is ready. */
    public static RunningGateway start(GatewayConfig config) {
        return new RunningGateway(config, InstantSource.system());
    }

    private Listeners build(GatewayConfig config) {
        StateDirectory state = StateDirectory.open(config.state());
        Database database = opened(Database.open(config.store(), state.file("fleetwall.db")));
        Memory memory = memory(config, state, database);
        BusIdentity bus = BusIdentity.open(state, clock);
        ClusterMember member = opened(ClusterMember.join(config.cluster(), bus));
        return serve(config, memory, member);
    }

    /** What a gateway has before it takes part in anything: its store and its keys. */
    private record Memory(
            Database database,
            Tokens tokens,
            FleetAuthority authority,
            SigningKeys signing,
            ListenerIdentity listener) {}

    private Memory memory(GatewayConfig config, StateDirectory state, Database database) {
        Tokens tokens = new Tokens(database, clock);
        Optional<SharedState> shared =
                config.cluster().secret().map(secret -> new SharedState(state, secret));
        shared.ifPresent(common -> common.join(database, StateDirectory.COMMON, () -> make(state)));
        tokens.openAdmin(state);
        FleetAuthority authority = FleetAuthority.open(config.link().certificates(), state, clock);
        state.write("ca.fingerprint", authority.fingerprint() + "\n");
        return new Memory(
                database,
                tokens,
                authority,
                SigningKeys.open(
                        new SigningKeys.Vault(state, shared),
                        database,
                        new SigningKeys.Trail(clock, new AuditLog(clock))),
                ListenerIdentity.open(
                        authority,
                        new ListenerIdentity.Names(
                                () -> ListenerNames.of(config),
                                config.link().certificates().listenerLife()),
                        clock));
    }

    private Listeners serve(GatewayConfig config, Memory memory, ClusterMember member) {
        Database database = memory.database();
        AuditLog audit = new AuditLog(clock);
        Chronicle chronicle = new Chronicle(config, database, member.vertx().eventBus(), clock);
        OwnEvents own = chronicle.own();
        Policies policies =
                new Policies(
                        database, memory.signing()::signer, own, new Policies.Trail(clock, audit));
        memory.signing()
                .onChange(() ->
                        member.vertx()
                                .eventBus()
                                .publish(
                                        Addresses.KEYS_CHANGED,
                                        "",
                                        new DeliveryOptions().setLocalOnly(true)));
        Rollouts rollouts = new Rollouts(System::nanoTime);
        Fleet fleet = new Fleet(clock, rollouts);
        NodePresence presence = new NodePresence(config.link().lostAfter(), System::nanoTime);
        policies.onAdvance(
                snapshot -> rollouts.begin(snapshot.revision().number(), snapshot.revision().at()));
        Roster roster =
                new Roster(
                        presence, member.sessions(), config.link().lostAfter(), System::nanoTime);
        deploy(member, new FleetVerticle(fleet, roster, database, own), VIRTUAL_THREAD);
        deploy(member, new MirrorVerticle(fleet, presence, member.sessions()), VIRTUAL_THREAD);
        deploy(
                member,
                new RolloutVerticle(
                        new RolloutVerticle.Here(
                                () -> fleet.runners(presence::knows), fleet::changes),
                        rollouts,
                        new RolloutVerticle.Telling(database, own),
                        new RolloutVerticle.Manner(
                                ROLLOUT_PATIENCE, clock, Company.of(member.sessions()))),
                VIRTUAL_THREAD);
        deploy(
                member,
                new AppliedVerticle(
                        fleet,
                        rollouts,
                        mark -> policies.current().fits(mark.revision(), mark.scope()),
                        own),
                VIRTUAL_THREAD);
        chronicle.verticles().forEach(verticle -> deploy(member, verticle, VIRTUAL_THREAD));
        deploy(member, new CatalogueVerticle(policies, member.head(), clock), VIRTUAL_THREAD);
        Revocations revocations = new Revocations(database, clock, audit);
        Services.Access access = access(config, memory, member);
        Services services =
                new Services(
                        database,
                        member,
                        access,
                        policies,
                        new Approvals(
                                policies,
                                new Policies.Trail(clock, audit),
                                config.policies().approval()),
                        () -> config.policies().directory().stream().allMatch(Files::isReadable),
                        new Services.FleetServices(fleet, rollouts),
                        chronicle.services(),
                        new Services.Identity(
                                memory.authority().pem(),
                                memory.authority().fingerprint(),
                                memory.signing(),
                                audit,
                                revocations));
        access.metrics()
                .show(
                        new GatewayGauges(services, presence, config.webhooks().streams(), clock)
                                ::now);
        revocations.refresh();
        EventIntake intake = opened(new EventIntake(database, chronicle.log()));
        LinkVerticle.Desk desk =
                new LinkVerticle.Desk(
                        config.name(),
                        policies,
                        fleet,
                        presence,
                        intake,
                        own,
                        memory.signing(),
                        new LinkVerticle.Door(revocations, access.metrics()));
        LinkVerticle link = link(config, memory, desk, new Enrolling(services, audit, member));
        config.policies()
                .directory()
                .ifPresent(directory ->
                        opened(
                                DirectoryWatch.start(
                                        directory, config.policies().settle(), policies, own)));
        deploy(member, new RevocationVerticle(revocations), VIRTUAL_THREAD);
        ApiVerticle api = new ApiVerticle(config.api(), services);
        deploy(member, api, EVENT_LOOP);
        return new Listeners(api, link, member);
    }

    private void make(StateDirectory state) {
        FleetAuthority.open(state, clock);
        FleetKey.open(state);
        BusIdentity.open(state, clock);
        Tokens.open(state);
    }

    private Services.Access access(GatewayConfig config, Memory memory, ClusterMember member) {
        Optional<Oidc> oidc =
                config.api()
                        .access()
                        .oidc()
                        .map(settings ->
                                opened(new Oidc(member.vertx(), settings, System::nanoTime)));
        return new Services.Access(
                memory.tokens(), new Doorkeeper(memory.tokens(), oidc), new Metrics());
    }

    private record Enrolling(Services services, AuditLog audit, ClusterMember member) {}

    /** One instance an event loop; they share the port. */
    private LinkVerticle link(
            GatewayConfig config, Memory memory, LinkVerticle.Desk desk, Enrolling enrolling) {
        Enrolment enrolment =
                new Enrolment(
                        memory.database(),
                        memory.tokens(),
                        new Enrolment.Authority(memory.authority(), memory.signing()),
                        new Enrolment.Terms(
                                config.link().certificates().nodeLife(), clock, enrolling.audit()));
        deploy(enrolling.member(), new FeedVerticle(config, desk, enrolment), EVENT_LOOP);
        EnrolmentRoutes routes = opened(new EnrolmentRoutes(enrolment, enrolling.services()));
        LinkVerticle.Trust trust =
                new LinkVerticle.Trust(
                        memory.listener(), new NodeTrust(memory.authority().issuer(), clock));
        int loops = Runtime.getRuntime().availableProcessors();
        LinkVerticle last = new LinkVerticle(config.link(), trust, desk, routes::router);
        deploy(enrolling.member(), last, EVENT_LOOP);
        for (int i = 1; i < loops && config.link().listen().port() != 0; i++) {
            deploy(
                    enrolling.member(),
                    new LinkVerticle(config.link(), trust, desk, routes::router),
                    EVENT_LOOP);
        }
        return last;
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

    /** Has an agent live in this process; {@code gateway.url} of its settings is cluster. */
    public void host(Path settings) {
        LOG.atWarn()
                .log(
                        "an agent lives in the gateway's process: whoever takes over one of them has"
                                + " both, and with them the fleet and this machine's kernel");
        opened(HostedAgent.start(listeners.member().vertx(), settings));
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    /** The API's port in use. */
    public int apiPort() {
        return listeners.api().port();
    }

    /** The link's port in use. */
    public int linkPort() {
        return listeners.link().port();
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
