package io.fleetwall.node.dns.warm;

import io.fleetwall.node.dns.AnswerGate;
import io.fleetwall.node.dns.DnsProxy;
import io.fleetwall.node.dns.DnsRunner;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.dns.DnsClient;
import io.vertx.core.dns.DnsClientOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the node's own proxy for names, by the Vert.x DNS client, so that their addresses are in a
 * table set before a job asks for them.
 *
 * <p>The proxy and not an upstream is asked: cache, checks of replies and "kernel first" are then
 * the ones every job's question goes through. Each round has a listener of its own on 127.0.0.1,
 * which no other network namespace reaches, and its gate answers only the names of that round, so
 * that a process of this machine that finds the port learns and teaches nothing more.
 */
public final class Warmer {
    /** Of one round, the rest is left to the jobs' own questions. */
    public static final int NAMES = 500;

    /** A round that is not over by then never will be: the upstreams do not answer. */
    private static final long ROUND_MILLIS = 5000;

    private static final Logger LOG = LoggerFactory.getLogger(Warmer.class);

    private final Context context;
    private final DnsProxy proxy;
    private long rounds;

    /**
     * @param context an event loop's: nobody may wait on it
     */
    public Warmer(Context context, DnsProxy proxy) {
        this.context = context;
        this.proxy = proxy;
    }

    /**
     * Starts a round; from any thread.
     *
     * @param gate answers these names and no others
     * @param names at most {@link #NAMES}
     * @return done when every name was answered or failed, or the time is up; never fails
     */
    public CompletableFuture<Void> warm(AnswerGate gate, List<String> names) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(_ -> begin(gate, names, done));
        return done;
    }

    private void begin(AnswerGate gate, List<String> names, CompletableFuture<Void> done) {
        String name = "warm-up " + ++rounds;
        var anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        DnsRunner asker = new DnsRunner(name, Optional.empty(), List.of(anyPort), gate);
        Future.fromCompletionStage(proxy.addRunner(asker), context)
                .compose(bound -> ask(names, bound.getFirst()))
                .onFailure(cause ->
                        LOG.atWarn().setCause(cause).log("names were not asked before their use"))
                .eventually(() -> Future.fromCompletionStage(proxy.removeRunner(name), context))
                .onComplete(_ -> done.complete(null));
    }

    private Future<Void> ask(List<String> names, InetSocketAddress server) {
        DnsClient client =
                context.owner()
                        .createDnsClient(
                                new DnsClientOptions()
                                        .setHost(server.getAddress().getHostAddress())
                                        .setPort(server.getPort())
                                        .setQueryTimeout(ROUND_MILLIS));
        Round round = new Round(client, names);
        long timer = context.owner().setTimer(ROUND_MILLIS, _ -> round.end());
        return round.run()
                .onComplete(_ -> context.owner().cancelTimer(timer))
                .eventually(client::close);
    }
}
