package io.fleetwall.node;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.node.bus.RunnersChanged;
import io.fleetwall.node.config.ConfigChange;
import io.fleetwall.node.config.ConfigProblem;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.config.Roster;
import io.fleetwall.node.enforce.Enforcement;
import io.fleetwall.node.enforce.RunnerVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runners that are served. They come and go one by one, each with a slot, a policy and
 * listeners of its own: nothing of a runner that stays is touched.
 */
final class Runners {
    private static final long SECONDS = 60;
    private static final Logger LOG = LoggerFactory.getLogger(Runners.class);

    private final Vertx vertx;
    private final Enforcement node;
    private final RunnerVerticle.Settings settings;
    private volatile List<Running> running = List.of();

    Runners(Vertx vertx, Enforcement node, RunnerVerticle.Settings settings) {
        this.vertx = vertx;
        this.node = node;
        this.settings = settings;
    }

    /** One that is deployed. */
    record Running(NodeConfig.Runner config, RunnerVerticle verticle, String deployment) {}

    /** Who else serves runners. */
    record Servers(RunnerRedirect redirect, DnsVerticle dns) {}

    List<Running> now() {
        return running;
    }

    List<NodeConfig.Runner> configs() {
        return running.stream().map(Running::config).toList();
    }

    /** Serves one more: its packets are judged when this returns. */
    Running start(NodeConfig.Runner runner) throws Exception {
        RunnerVerticle verticle = new RunnerVerticle(runner, node, settings);
        String id =
                await(
                        vertx.deployVerticle(
                                verticle,
                                new DeploymentOptions()
                                        .setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
        Running started = new Running(runner, verticle, id);
        List<Running> next = new ArrayList<>(running);
        next.add(started);
        running = List.copyOf(next);
        return started;
    }

    /**
     * Takes runners away and adds others. Who may speak to a runner is told of it last when it
     * comes, first when it goes.
     *
     * @return what could not be done; the rest was
     */
    List<ConfigProblem> follow(ConfigChange change, Servers servers) throws Exception {
        List<NodeConfig.Runner> all = new ArrayList<>(configs());
        all.addAll(change.added());
        servers.redirect.follow(all);
        Roster roster = node.roster();
        roster.become(
                configs().stream().filter(runner -> !change.removed().contains(runner)).toList());
        List<ConfigProblem> problems = new ArrayList<>();
        for (Running leaving : running) {
            if (change.removed().contains(leaving.config)) {
                leave(leaving, servers.dns, problems);
            }
        }
        for (NodeConfig.Runner runner : change.added()) {
            join(runner, servers.dns, problems);
        }
        try {
            servers.redirect.follow(configs());
        } catch (IOException | BpfException e) {
            LOG.atWarn().setCause(e).log("the redirect still names runners that are gone");
        }
        List<String> names = configs().stream().map(NodeConfig.Runner::name).toList();
        try {
            await(vertx.eventBus().request(Addresses.LINK_RUNNERS, new RunnersChanged(names)));
        } finally {
            roster.become(configs());
        }
        return problems;
    }

    private void leave(Running leaving, DnsVerticle dns, List<ConfigProblem> problems)
            throws InterruptedException {
        String name = leaving.config.name();
        try {
            await(vertx.eventBus().request(Addresses.runner(name), new RunnerCommand.Leave()));
            running = running.stream().filter(other -> !other.equals(leaving)).toList();
            await(dns.dismiss(name));
            await(vertx.undeploy(leaving.deployment));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            problems.add(failed(leaving.config, "could not be removed: " + e));
        }
    }

    private void join(NodeConfig.Runner runner, DnsVerticle dns, List<ConfigProblem> problems)
            throws InterruptedException {
        try {
            Running started = start(runner);
            await(dns.admit(runner, started.verticle));
            LOG.atInfo()
                    .addKeyValue("runner", runner.name())
                    .addKeyValue("interface", runner.interfaceName())
                    .log("runner added");
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            problems.add(failed(runner, "could not be added: " + e));
        }
    }

    private static ConfigProblem failed(NodeConfig.Runner runner, String what) {
        return new ConfigProblem(
                "FW-C005", "runners." + runner.name(), what, "see the log; try again");
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    /** Stops serving; what is in the kernel stays in force. */
    void close() throws Exception {
        for (Running last : running.reversed()) {
            await(vertx.undeploy(last.deployment));
        }
        running = List.of();
    }
}
