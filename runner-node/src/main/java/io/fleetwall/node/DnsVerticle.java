package io.fleetwall.node;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.InterfaceState;
import io.fleetwall.node.bus.TopQuestion;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.dns.AnswerGate;
import io.fleetwall.node.dns.DnsProxy;
import io.fleetwall.node.dns.DnsRunner;
import io.fleetwall.node.dns.DnsSettings;
import io.fleetwall.node.dns.DnsSettings.AnswerSettings;
import io.fleetwall.node.dns.DnsSettings.WorkerSettings;
import io.fleetwall.node.dns.budget.BudgetSettings;
import io.fleetwall.node.dns.warm.Warmer;
import io.fleetwall.node.dns.wire.AnswerLimits;
import io.fleetwall.node.dns.wire.AnswerLimits.Ech;
import io.fleetwall.node.enforce.RunnerVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the DNS proxy its runners: listeners are bound to an interface's index, so they are opened
 * when it comes, closed when it goes, and tried again when they cannot be opened. The proxy itself
 * has event loops of its own.
 */
final class DnsVerticle extends VerticleBase {
    private static final long RETRY_MILLIS = 1000;
    private static final Logger LOG = LoggerFactory.getLogger(DnsVerticle.class);

    private final NodeConfig.Dns config;
    private final DnsProxy proxy;
    private final Map<String, DnsRunner> runners = new HashMap<>();
    private final Set<String> present;

    /** The gates of runners, by name, and which runners' interfaces are there now. */
    DnsVerticle(NodeConfig config, Map<String, AnswerGate> gates, List<String> present) {
        this.config = config.dns();
        this.present = new HashSet<>(present);
        this.proxy = DnsProxy.start(settings(this.config));
        for (NodeConfig.Runner runner : config.runners()) {
            AnswerGate gate = gates.get(runner.name());
            if (gate != null) {
                runners.put(runner.name(), served(runner, gate));
            }
        }
    }

    private static DnsSettings settings(NodeConfig.Dns config) {
        DnsSettings usual =
                DnsSettings.towards(
                        config.upstreams().resolvers(), config.upstreams().authorities());
        NodeConfig.Answers wanted = config.answers();
        AnswerLimits limits = usual.answers().limits();
        DnsSettings settings =
                usual.with(
                                new WorkerSettings(
                                        wanted.workers(),
                                        wanted.cacheBytes(),
                                        usual.workers().questions()))
                        .with(
                                new AnswerSettings(
                                        wanted.queryTypes(),
                                        new AnswerLimits(
                                                limits.addresses(),
                                                limits.ttlSeconds(),
                                                wanted.stripEch() ? Ech.STRIPPED : Ech.KEPT),
                                        wanted.staleFor()));
        if (!config.budget().equals(BudgetSettings.NONE)) {
            return settings.with(config.budget());
        }
        LOG.atWarn()
                .addKeyValue("setting", "dns.budgets: false")
                .log("names below wildcards are not counted: a job can carry data out in them");
        return settings.with(BudgetSettings.NONE);
    }

    private DnsRunner served(NodeConfig.Runner runner, AnswerGate gate) {
        return switch (runner.direction()) {
            // One socket for both families where there are both: netty binds it to [::].
            case INGRESS ->
                    served(runner, gate, Optional.of(runner.interfaceName()), List.of("0.0.0.0"));
            // Where nftables brings what the machine itself asks: answers from any other address
            // are
            // no answers to the redirect. Nobody outside reaches these, and a device would bar the
            // way back to the machine's own IPv6 addresses, which are routed by their interface.
            case EGRESS -> served(runner, gate, Optional.empty(), List.of("127.0.0.1", "::1"));
        };
    }

    private DnsRunner served(
            NodeConfig.Runner runner,
            AnswerGate gate,
            Optional<String> device,
            List<String> addresses) {
        return new DnsRunner(
                runner.name(),
                device,
                addresses.stream().map(text -> new InetSocketAddress(text, config.port())).toList(),
                gate);
    }

    @Override
    public Future<?> start() {
        vertx.eventBus().<InterfaceState>localConsumer(Addresses.INTERFACE, m -> changed(m.body()));
        vertx.eventBus().<TopQuestion>localConsumer(Addresses.DNS_TOP, this::top);
        present.forEach(this::serve);
        return Future.succeededFuture();
    }

    private void top(Message<TopQuestion> question) {
        Future.fromCompletionStage(proxy.top(question.body().runner()), context)
                .onSuccess(question::reply)
                .onFailure(failure -> question.fail(1, String.valueOf(failure)));
    }

    @Override
    public Future<?> stop() {
        return Future.fromCompletionStage(proxy.stop());
    }

    /** Asks the proxy for names before they are needed. */
    Warmer warmer() {
        return new Warmer(context, proxy);
    }

    DnsProxy proxy() {
        return proxy;
    }

    /** Serves one more runner, as soon as its interface is there. */
    Future<Void> admit(NodeConfig.Runner runner, RunnerVerticle served) {
        return inTurn(() -> {
            runners.put(runner.name(), served(runner, served.gate()));
            if (served.attached()) {
                present.add(runner.name());
            }
            retry(runner.name());
            return Future.succeededFuture();
        });
    }

    /** Serves a runner no more; its listeners are closed then. */
    Future<Void> dismiss(String runner) {
        return inTurn(() -> {
            runners.remove(runner);
            present.remove(runner);
            return Future.fromCompletionStage(proxy.removeRunner(runner), context);
        });
    }

    private Future<Void> inTurn(Supplier<Future<Void>> change) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(_ -> change.get().onComplete(done));
        return done.future();
    }

    private void changed(InterfaceState state) {
        if (state.attached()) {
            present.add(state.runner());
        } else {
            present.remove(state.runner());
        }
        Future.fromCompletionStage(proxy.removeRunner(state.runner()), context)
                .onComplete(_ -> {
                    if (state.attached()) {
                        serve(state.runner());
                    }
                });
    }

    private void serve(String name) {
        DnsRunner runner = runners.get(name);
        if (runner == null) {
            return;
        }
        Future.fromCompletionStage(proxy.addRunner(runner), context)
                .onSuccess(bound ->
                        LOG.atInfo()
                                .addKeyValue("runner", name)
                                .addKeyValue("listen", bound)
                                .log("dns serves"))
                .onFailure(cause -> {
                    LOG.atError()
                            .addKeyValue("runner", name)
                            .setCause(cause)
                            .log("dns cannot listen; tried again");
                    vertx.setTimer(RETRY_MILLIS, _ -> retry(name));
                });
    }

    private void retry(String name) {
        if (!present.contains(name)) {
            return; // gone meanwhile; it is served when it comes back
        }
        try {
            serve(name);
        } catch (IllegalStateException e) {
            // Another attempt was faster: the interface came back meanwhile.
            LOG.atDebug().addKeyValue("runner", name).log("dns serves already");
        }
    }
}
