package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.catalogue.Policies;
import io.fleetwall.gateway.catalogue.ScopedPolicy;
import io.fleetwall.gateway.catalogue.Snapshot;
import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Digest;
import io.vertx.core.Context;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles scopes away from the event loop and pumps the sessions that wait for them. One per event
 * loop, and used only there; the snapshot sees to it that loops do not compile the same twice.
 */
final class ScopeCompiler {
    private static final Logger LOG = LoggerFactory.getLogger(ScopeCompiler.class);
    private final Context context;
    private final Policies policies;
    private final OwnEvents events;
    private final Map<Wanted, Set<NodeSession>> waiting = new HashMap<>();

    private record Wanted(long revision, Digest scope) {}

    ScopeCompiler(Context context, Policies policies, OwnEvents events) {
        this.context = context;
        this.policies = policies;
        this.events = events;
    }

    void compile(Snapshot snapshot, RunnerPush runner, NodeSession session) {
        Scope scope = runner.scope();
        Wanted wanted = new Wanted(snapshot.revision().number(), runner.scopeDigest());
        Set<NodeSession> others = waiting.get(wanted);
        if (others != null) {
            others.add(session);
            return;
        }
        waiting.put(wanted, new LinkedHashSet<>(List.of(session)));
        Thread.ofVirtual()
                .name("compile")
                .start(() -> {
                    work(snapshot, scope);
                    context.runOnContext(done -> resume(wanted));
                });
    }

    private void work(Snapshot snapshot, Scope scope) {
        try {
            switch (snapshot.of(scope)) {
                case ScopedPolicy.Ready(var signed, var fits) -> {
                    if (fits.isEmpty()) {
                        say(
                                EventKind.POLICY_MISSING,
                                "no policy fits " + scope + ": everything is denied");
                    }
                }
                case ScopedPolicy.TooLarge(var problems) ->
                        say(
                                EventKind.POLICY_REFUSED,
                                "the policy of " + scope + " is too large: " + problems.getFirst());
            }
        } catch (RuntimeException failed) {
            LOG.atError()
                    .addKeyValue("scope", scope)
                    .setCause(failed)
                    .log("scope not compiled; its runners keep what they have");
        }
    }

    private void say(EventKind kind, String message) {
        events.say(OwnEvents.Fact.ofFleet(kind, message));
    }

    private void resume(Wanted wanted) {
        Set<NodeSession> sessions = waiting.remove(wanted);
        if (sessions == null || policies.current().known(wanted.scope()).isEmpty()) {
            // A newer revision has its own pump; a failed compilation must not loop.
            return;
        }
        sessions.forEach(session -> session.pump(policies.current(), this));
    }
}
