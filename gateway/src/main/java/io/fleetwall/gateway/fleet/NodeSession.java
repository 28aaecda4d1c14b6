package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.catalogue.ScopedPolicy;
import io.fleetwall.gateway.catalogue.Snapshot;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.policy.document.Problem;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeState;
import io.fleetwall.protocol.message.Refused;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.ScopeChanged;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.signature.ScopeDigest;
import io.fleetwall.protocol.wire.MessageCodec;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's connection: compares desired with applied for each of its runners, and sends what
 * differs. Lives on its event loop; nothing here blocks.
 */
final class NodeSession {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSession.class);

    /** A node that has not answered after so many of its beats is sent the latest again. */
    private static final int PATIENCE_BEATS = 5;

    /** When a node was last seen is shown in seconds. */
    private static final long TOLD_NANOS = Duration.ofSeconds(1).toNanos();

    private final String node;
    private final Carrier carrier;
    private final Fleet fleet;
    private final Manner manner;
    private final Map<String, RunnerPush> runners = new LinkedHashMap<>();
    private long heardNanos = System.nanoTime();
    private long toldNanos = heardNanos - TOLD_NANOS;
    private OptionalLong fullSinceNanos = OptionalLong.empty();

    /** How a listener sends: so many policies a node at a time, encoded once for all of them. */
    record Manner(GatewayConfig.Link config, PolicyFrames frames) {
        int window() {
            return config.window();
        }

        long patienceNanos() {
            return PATIENCE_BEATS * config.heartbeat().toNanos();
        }
    }

    NodeSession(String node, Carrier carrier, Fleet fleet, Manner manner) {
        this.node = node;
        this.carrier = carrier;
        this.fleet = fleet;
        this.manner = manner;
    }

    String node() {
        return node;
    }

    Set<String> runnerNames() {
        return Set.copyOf(runners.keySet());
    }

    void hello(Hello hello) {
        runners.clear();
        for (RunnerReport report : hello.runners()) {
            PolicyMark applied =
                    new PolicyMark(
                            report.revision(), ScopeDigest.of(report.scope()), report.policy());
            runners.put(report.runner(), new RunnerPush(report.runner(), report.scope(), applied));
        }
        fleet.hello(hello);
    }

    /** The fleet is not told each time: a node that has much to say does so often. */
    void heard() {
        heardNanos = System.nanoTime();
        if (heardNanos - toldNanos >= TOLD_NANOS) {
            toldNanos = heardNanos;
            fleet.seen(node, runners.keySet());
        }
    }

    /** While it does not take what it is sent, it is not listened to, so that is no silence. */
    boolean silentFor(Duration time) {
        return System.nanoTime() - heardNanos > time.toNanos() && !carrier.isFull();
    }

    /** Whether there was no room for more whenever this was asked, for so long. */
    boolean congestedFor(long nanos) {
        if (!carrier.isFull()) {
            fullSinceNanos = OptionalLong.empty();
            return false;
        }
        long now = System.nanoTime();
        fullSinceNanos = OptionalLong.of(fullSinceNanos.orElse(now));
        return now - fullSinceNanos.getAsLong() > nanos;
    }

    /** How often in a row each policy that is under way was sent without an answer; the least. */
    int unanswered() {
        int least = Integer.MAX_VALUE;
        for (RunnerPush runner : runners.values()) {
            if (runner.inFlight()) {
                least = Math.min(least, runner.unanswered());
            }
        }
        return least == Integer.MAX_VALUE ? 0 : least;
    }

    boolean has(String runner) {
        return runners.containsKey(runner);
    }

    void scopeChanged(ScopeChanged changed) {
        runner(changed.runner()).rescoped(changed.scope());
        fleet.scope(new RunnerKey(node, changed.runner()), changed.scope());
    }

    void applied(Applied applied) {
        runner(applied.runner())
                .applied(new PolicyMark(applied.revision(), applied.scope(), applied.policy()));
        fleet.applied(node, applied);
    }

    void refused(Refused refused) {
        RunnerKey key = new RunnerKey(node, refused.runner());
        String why = refused.code() + ": " + refused.problem() + " (" + refused.hint() + ")";
        runner(refused.runner())
                .refused(refused.revision(), refused.policy())
                .ifPresent(mark -> fleet.refused(key, new RunnerView.Refusal(mark, why)));
    }

    void state(NodeState state) {
        fleet.state(node, state);
    }

    private RunnerPush runner(String name) {
        return Optional.ofNullable(runners.get(name)).orElseThrow();
    }

    /** Whether a runner has not answered this revision yet. */
    boolean behind(long revision) {
        for (RunnerPush runner : runners.values()) {
            if (runner.behind(revision)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Sends what differs, as far as the window and the carrier allow; the rest follows with the
     * next answer. Scopes not compiled yet are handed to {@code compile}, which pumps again.
     */
    void pump(Snapshot snapshot, ScopeCompiler compile) {
        // A closed link stays listed until its close handler has run; others wait behind it.
        if (snapshot.revision().number() == 0 || carrier.isClosed()) {
            return;
        }
        long now = System.nanoTime();
        int inFlight = inFlight();
        for (RunnerPush runner : runners.values()) {
            if ((inFlight >= manner.window() && !runner.inFlight()) || carrier.isFull()) {
                continue;
            }
            Optional<ScopedPolicy> policy = snapshot.known(runner.scopeDigest());
            if (policy.isEmpty()) {
                compile.compile(snapshot, runner, this);
                continue;
            }
            boolean before = runner.inFlight();
            switch (policy.get()) {
                case ScopedPolicy.Ready(var signed, var fits) -> offer(runner, signed, now);
                case ScopedPolicy.TooLarge(var problems) ->
                        tooLarge(runner, snapshot, problems.getFirst());
            }
            inFlight += !before && runner.inFlight() ? 1 : 0;
        }
    }

    private int inFlight() {
        int count = 0;
        for (RunnerPush runner : runners.values()) {
            count += runner.inFlight() ? 1 : 0;
        }
        return count;
    }

    private void offer(RunnerPush runner, SignedPolicy signed, long now) {
        PolicyMark desired = new PolicyMark(signed.revision(), signed.scope(), signed.policy());
        if (runner.offered(desired)) {
            fleet.desired(new RunnerKey(node, runner.runner()), desired);
        }
        if (!runner.needs(desired, now, manner.patienceNanos())) {
            return;
        }
        RunnerPush.Form form = runner.form(desired);
        runner.sent(new RunnerPush.Sent(desired, now, form));
        switch (form) {
            case WHOLE -> told(carrier.write(manner.frames().of(runner.runner(), signed)));
            case BODILESS -> send(new Desired(runner.runner(), signed.bodiless()));
        }
    }

    private void tooLarge(RunnerPush runner, Snapshot snapshot, Problem problem) {
        PolicyMark never =
                new PolicyMark(snapshot.revision().number(), runner.scopeDigest(), Digest.NONE);
        RunnerKey key = new RunnerKey(node, runner.runner());
        runner.offered(never);
        fleet.desired(key, never);
        fleet.refused(key, new RunnerView.Refusal(never, problem.toString()));
    }

    void send(GatewayMessage message) {
        told(carrier.write(Buffer.buffer(MessageCodec.encode(message))));
    }

    private void told(Future<Void> written) {
        written.onFailure(failed ->
                LOG.atDebug()
                        .addKeyValue("node", node)
                        .setCause(failed)
                        .log("message not sent; the link is gone"));
    }

    /** Says goodbye and closes. */
    void close(String reason, Duration reconnectAfter) {
        send(new Goodbye(reason, reconnectAfter));
        carrier.close(reason)
                .onFailure(failed ->
                        LOG.atDebug()
                                .addKeyValue("node", node)
                                .setCause(failed)
                                .log("link was closed already"));
    }
}
