package io.fleetwall.node;

import io.fleetwall.bpf.BootClock;
import io.fleetwall.node.bus.LocalCodec;
import io.fleetwall.node.config.ConfigChange;
import io.fleetwall.node.config.ConfigProblem;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.config.NodeConfig.Direction;
import io.fleetwall.node.dns.AnswerGate;
import io.fleetwall.node.dns.DnsCounters;
import io.fleetwall.node.enforce.AttestVerticle;
import io.fleetwall.node.enforce.Capabilities;
import io.fleetwall.node.enforce.DenialReporter;
import io.fleetwall.node.enforce.Enforcement;
import io.fleetwall.node.enforce.FleetKeys;
import io.fleetwall.node.enforce.FlowReader;
import io.fleetwall.node.enforce.GatewaySilence;
import io.fleetwall.node.enforce.InterfaceWatch;
import io.fleetwall.node.enforce.LockdownVerticle;
import io.fleetwall.node.enforce.RunnerVerticle;
import io.fleetwall.node.event.EventVerticle;
import io.fleetwall.node.event.Spool;
import io.fleetwall.node.health.HealthVerticle;
import io.fleetwall.node.job.JobVerticle;
import io.fleetwall.node.link.LinkVerticle;
import io.fleetwall.node.link.Membership;
import io.fleetwall.node.link.StateVerticle;
import io.fleetwall.node.redirect.ControlGroup;
import io.fleetwall.node.state.DurableFile;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.RunnerReport;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent: built top to bottom, closed in reverse. The order is the promise: packets are
 * judged before anything speaks to the outside, and stay judged after everything is closed.
 */
public final class Agent implements AutoCloseable {
    private static final long DEPLOY_SECONDS = 60;
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final NodeConfig config;
    private final Vertx vertx;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable Serving serving;

    /** Who takes part when runners come and go. */
    private record Serving(Runners runners, Runners.Servers servers) {}

    private Agent(NodeConfig config, Vertx vertx) {
        this.config = config;
        this.vertx = vertx;
    }

    /**
     * Starts an agent; closes what it had opened when it cannot.
     *
     * @param vertx stays the caller's
     */
    public static Agent start(NodeConfig config, Vertx vertx) throws Exception {
        Agent agent = new Agent(config, vertx);
        try {
            agent.boot();
            return agent;
        } catch (Exception e) {
            agent.close();
            throw e;
        }
    }

    /** The node's name in the fleet. */
    public String name() {
        return config.name();
    }

    private void boot() throws Exception {
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        UuidV7 ids = new UuidV7(clock, random);
        UUID boot = ids.next();
        LocalCodec.register(vertx.eventBus());
        DurableFile.directory(config.state());

        Optional<ControlGroup> group = group(); // before the first socket
        FleetKeys keys = trustedKeys();
        Enforcement node = Enforcement.open(config, keys, clock);
        open.push(node);
        node.plane().permissions().agent(group.map(ControlGroup::id).orElse(0L));
        LOG.atInfo()
                .addKeyValue("adopted", node.plane().adopted())
                .addKeyValue("program", node.plane().programId())
                .addKeyValue("tag", node.plane().programTag())
                .log("data plane open");

        lockdown(node);
        Spool spool = Spool.open(config.state().resolve("spool"), boot, config.spoolBytes());
        EventVerticle events = new EventVerticle(config.name(), spool, ids, clock);
        deploy(events, ThreadingModel.VIRTUAL_THREAD);

        InterfaceWatch interfaces = InterfaceWatch.open(node);
        open.push(interfaces);
        RunnerRedirect redirect = new RunnerRedirect(config.dns(), group);
        redirect.begin(config.runners(), node);
        DenialReporter denials = new DenialReporter(vertx.eventBus(), clock, spool.untold());
        Runners runners = startRunners(node, denials);
        FlowReader flows = FlowReader.start(node, vertx.eventBus(), spool.untold());
        open.push(flows);
        DnsVerticle dns = startDns(runners);
        node.warmedBy(dns.warmer());
        deploy(
                new AttestVerticle(
                        config,
                        node,
                        denials,
                        new AttestVerticle.Watches(redirect.rules(), interfaces)),
                ThreadingModel.VIRTUAL_THREAD);
        deploy(
                new StateVerticle(node.roster()::now, Capabilities.now()),
                ThreadingModel.VIRTUAL_THREAD);
        deploy(
                new LinkVerticle(
                        config, keys, new LinkVerticle.Boot(boot, version(), clock, random)),
                ThreadingModel.VIRTUAL_THREAD);
        deploy(new JobVerticle(config, node.roster()), ThreadingModel.EVENT_LOOP);
        if (TidyVerticle.fits()) {
            deploy(
                    new TidyVerticle(
                            () -> health(runners),
                            () -> dns.proxy().counters().get(DnsCounters.Count.QUERIES)),
                    ThreadingModel.VIRTUAL_THREAD);
        }
        deploy(
                new HealthVerticle(
                        config.health(),
                        () -> health(runners),
                        new NodeMetrics(node, events, dns)::now),
                ThreadingModel.VIRTUAL_THREAD);
        deploy(new CleanPagesVerticle(), ThreadingModel.VIRTUAL_THREAD);
        node.plane()
                .telemetry()
                .unattributed()
                .ifPresent(why -> LOG.atWarn().setCause(why).log("events name no process"));
        serving = new Serving(runners, new Runners.Servers(redirect, dns));
    }

    private FleetKeys trustedKeys() throws IOException, GeneralSecurityException {
        FleetKeys keys = new FleetKeys();
        Membership.trustStored(config.state(), keys);
        return keys;
    }

    /** Before the runners, which must not open what was shut. */
    private void lockdown(Enforcement node) throws Exception {
        Optional<Duration> after = config.gateway().lockdownAfter();
        if (after.isPresent()) {
            GatewaySilence silence =
                    GatewaySilence.open(
                            config.state(),
                            after.get(),
                            GatewaySilence.Clock.system(BootClock::nanos));
            node.listensFor(silence);
            deploy(new LockdownVerticle(silence, after.get()), ThreadingModel.VIRTUAL_THREAD);
        }
    }

    /**
     * On a machine that is a runner, what makes the agent's sockets known to the filter. Where
     * there is none, the machine is filtered all the same, and so is the agent: nothing is opened.
     */
    private Optional<ControlGroup> group() {
        if (config.runners().stream().noneMatch(r -> r.direction() == Direction.EGRESS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ControlGroup.join());
        } catch (IOException e) {
            LOG.atError()
                    .setCause(e)
                    .log("no control group of its own: the policy also binds the agent");
            return Optional.empty();
        }
    }

    private Runners startRunners(Enforcement node, DenialReporter denials) throws Exception {
        var settings = new RunnerVerticle.Settings(config.job().timeout(), denials);
        Runners started = new Runners(vertx, node, settings);
        open.push(started::close);
        for (NodeConfig.Runner runner : config.runners()) {
            started.start(runner);
        }
        node.discardAdopted();
        return started;
    }

    /**
     * Follows another configuration as far as a running agent can: container runners come and go.
     *
     * @return why not, and then nothing was changed, but for runners that failed by themselves
     */
    public synchronized List<ConfigProblem> follow(NodeConfig next) throws Exception {
        Serving now = serving;
        if (now == null) {
            throw new IllegalStateException("the agent is closed");
        }
        ConfigChange change = ConfigChange.between(config.with(now.runners.configs()), next);
        if (change.isEmpty() || !change.problems().isEmpty()) {
            return change.problems();
        }
        return now.runners.follow(change, now.servers);
    }

    private DnsVerticle startDns(Runners runners) throws Exception {
        Map<String, AnswerGate> gates = new HashMap<>();
        List<String> present = new ArrayList<>();
        for (Runners.Running runner : runners.now()) {
            String name = runner.config().name();
            gates.put(name, runner.verticle().gate());
            if (runner.verticle().attached()) {
                present.add(name);
            }
        }
        DnsVerticle dns = new DnsVerticle(config, gates, present);
        deploy(dns, ThreadingModel.EVENT_LOOP);
        return dns;
    }

    private void deploy(Deployable verticle, ThreadingModel threads) throws Exception {
        String id =
                vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(threads))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(DEPLOY_SECONDS, TimeUnit.SECONDS);
        open.push(() ->
                vertx.undeploy(id)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(DEPLOY_SECONDS, TimeUnit.SECONDS));
    }

    private static List<HealthVerticle.Runner> health(Runners runners) {
        List<HealthVerticle.Runner> now = new ArrayList<>();
        for (Runners.Running runner : runners.now()) {
            RunnerReport report = runner.verticle().report();
            now.add(
                    new HealthVerticle.Runner(
                            report.runner(),
                            runner.verticle().attached(),
                            report.revision(),
                            report.policy().toString()));
        }
        return now;
    }

    private static String version() {
        return Optional.ofNullable(Agent.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** Stops talking; what is in the kernel stays in force. */
    @Override
    public synchronized void close() {
        serving = null;
        while (!open.isEmpty()) {
            AutoCloseable last = open.pop();
            try {
                last.close();
            } catch (Exception e) {
                LOG.atError().setCause(e).log("a part of the agent did not close");
            }
        }
    }
}
