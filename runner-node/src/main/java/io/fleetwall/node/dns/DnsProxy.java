package io.fleetwall.node.dns;

import io.fleetwall.node.dns.budget.ZoneBudgets;
import io.fleetwall.node.dns.figure.TopNames;
import io.fleetwall.node.dns.listen.Completion;
import io.fleetwall.node.dns.listen.Endpoint;
import io.fleetwall.node.dns.listen.ListenerPair;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's DNS proxy: a pair of listeners for each runner, served by workers of its own event
 * loops; runners come and go while it runs.
 *
 * <p>It has its own loops because a query's cost is counted in microseconds: nothing else may stand
 * before it, and Vert.x's datagram socket receives one packet a call.
 */
public final class DnsProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsProxy.class);

    private final DnsSettings settings;
    private final DnsEnvironment environment;
    private final DnsCounters counters;
    private final EventLoopGroup loops;
    private final List<Worker> workers = new ArrayList<>();
    private final Map<String, ServedRunner> runners = new HashMap<>();
    private final BitSet places = new BitSet();
    private @Nullable CompletableFuture<Void> stopped;

    private DnsProxy(DnsSettings settings, DnsEnvironment environment) {
        this.settings = settings;
        this.environment = environment;
        counters = new DnsCounters(settings.upstreams().resolvers());
        int count = settings.workers().count();
        loops =
                new MultiThreadIoEventLoopGroup(
                        count,
                        new DefaultThreadFactory("fleetwall-dns"),
                        environment.transport().handlers());
        for (int i = 0; i < count; i++) {
            workers.add(new Worker(loops.next(), settings, environment, counters));
        }
    }

    /** A running proxy without runners. */
    public static DnsProxy start(DnsSettings settings) {
        return start(settings, DnsEnvironment.machine());
    }

    static DnsProxy start(DnsSettings settings, DnsEnvironment environment) {
        return new DnsProxy(settings, environment);
    }

    /**
     * Opens a runner's listeners.
     *
     * @return the bound addresses, in the order of {@link DnsRunner#listen()}; fails with the cause
     *     (address in use, no such device, no CAP_NET_RAW), and then nothing stays open
     * @throws IllegalStateException when the name is served already, or the proxy is stopping
     */
    public CompletableFuture<List<InetSocketAddress>> addRunner(DnsRunner runner) {
        RunnerMemory memory =
                new RunnerMemory(
                        new KnownNames(environment.nanoClock()),
                        new ZoneBudgets(settings.budget(), environment.nanoClock()));
        ServedRunner served = register(runner.name(), memory);
        List<RunnerDesk> desks = new ArrayList<>();
        for (Worker worker : workers) {
            RunnerDesk desk = new RunnerDesk(worker, runner.gate(), memory, served.place());
            desks.add(desk);
            served.add(desk);
        }
        Endpoint.Sharing sharing =
                workers.size() > 1 ? Endpoint.Sharing.BY_WORKERS : Endpoint.Sharing.ALONE;
        CompletableFuture<List<InetSocketAddress>> bound =
                CompletableFuture.completedFuture(List.of());
        for (InetSocketAddress address : runner.listen()) {
            Endpoint endpoint = new Endpoint(address, runner.interfaceName(), sharing);
            bound =
                    bound.thenCompose(before ->
                            open(served, desks, endpoint).thenApply(a -> plus(before, a)));
        }
        return bound.exceptionallyCompose(failure ->
                removeRunner(runner.name())
                        .thenCompose(_ -> CompletableFuture.failedFuture(failure)));
    }

    /** Closes a runner's listeners; nothing when there is no such runner. */
    public CompletableFuture<Void> removeRunner(String name) {
        ServedRunner served = unregister(name);
        return served == null ? CompletableFuture.completedFuture(null) : served.close();
    }

    public DnsCounters counters() {
        return counters;
    }

    /** How many zones of runners take no new names now, because their budget is spent. */
    public synchronized int closedZones() {
        return runners.values().stream().mapToInt(each -> each.memory().budgets().closed()).sum();
    }

    /** The names a runner asks for most; none when no such runner is served. */
    public synchronized CompletableFuture<TopNames> top(String name) {
        ServedRunner served = runners.get(name);
        return served == null ? CompletableFuture.completedFuture(TopNames.NONE) : served.top();
    }

    /** Closes listeners, then upstream sockets, then loops. Idempotent; at most three seconds. */
    public synchronized CompletableFuture<Void> stop() {
        if (stopped == null) {
            CompletableFuture<?>[] listeners =
                    List.copyOf(runners.keySet()).stream()
                            .map(this::removeRunner)
                            .toArray(CompletableFuture[]::new);
            stopped =
                    CompletableFuture.allOf(listeners)
                            .thenCompose(_ -> closeWorkers())
                            .handle(DnsProxy::logged)
                            .thenCompose(_ -> shutDownLoops());
        }
        return stopped;
    }

    /** Stops and waits. Not from an event loop. */
    @Override
    public void close() {
        stop().join();
    }

    private CompletableFuture<Void> closeWorkers() {
        return CompletableFuture.allOf(
                workers.stream().map(Worker::close).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> shutDownLoops() {
        return Completion.of(loops.shutdownGracefully(0, 2, TimeUnit.SECONDS)).thenAccept(_ -> {});
    }

    /** A socket that would not close keeps nothing from closing. */
    private static boolean logged(Void nothing, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.atWarn().setCause(failure).log("dns proxy did not close cleanly");
        }
        return failure == null;
    }

    /** The endpoint on every worker, the first worker's free port on all. */
    private CompletableFuture<InetSocketAddress> open(
            ServedRunner served, List<RunnerDesk> desks, Endpoint endpoint) {
        CompletableFuture<InetSocketAddress> bound =
                CompletableFuture.completedFuture(endpoint.address());
        for (int i = 0; i < desks.size(); i++) {
            ListenerPair pair =
                    new ListenerPair(
                            workers.get(i).loop(),
                            environment.transport(),
                            settings.tcp(),
                            desks.get(i));
            served.add(pair);
            bound = bound.thenCompose(address -> pair.open(endpoint.at(address)));
        }
        return bound;
    }

    private static List<InetSocketAddress> plus(
            List<InetSocketAddress> before, InetSocketAddress next) {
        List<InetSocketAddress> all = new ArrayList<>(before);
        all.add(next);
        return List.copyOf(all);
    }

    private synchronized ServedRunner register(String name, RunnerMemory memory) {
        if (stopped != null || runners.containsKey(name)) {
            throw new IllegalStateException(
                    stopped != null
                            ? "the dns proxy is stopping"
                            : "runner " + name + " is served");
        }
        ServedRunner served = new ServedRunner(places.nextClearBit(0), memory);
        places.set(served.place());
        runners.put(name, served);
        return served;
    }

    private synchronized @Nullable ServedRunner unregister(String name) {
        ServedRunner served = runners.remove(name);
        if (served != null) {
            places.clear(served.place());
        }
        return served;
    }
}
