package io.fleetwall.policy.catalogue;

import io.fleetwall.policy.document.EgressPolicy;
import io.fleetwall.policy.document.EgressPolicy.Include;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.document.QueryTypes;
import io.fleetwall.policy.document.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fitting policies into one, from general to specific: rules are united; mode, default, onDeny and
 * queryTypes are the most specific policy's that states them, unless a broader one is locked.
 *
 * <p>A locked policy fixes all four as they stand when its turn comes, stated or not: a baseline
 * that leaves {@code mode} out means enforce, and a narrower policy must not turn its denies into
 * remarks.
 */
final class Merge {
    private final Map<String, EgressPolicy> policies;
    private final Instant asOf;
    private final List<ScopedRule> allow = new ArrayList<>();
    private final List<ScopedRule> deny = new ArrayList<>();
    private final List<String> fits = new ArrayList<>();
    private final Set<String> included = new HashSet<>();
    private Mode mode = Mode.ENFORCE;
    private Fallback fallback = Fallback.DENY;
    private OnDeny onDeny = OnDeny.REJECT;
    private QueryTypes queryTypes = QueryTypes.UNSTATED;
    private boolean locked;

    Merge(Map<String, EgressPolicy> policies, Instant asOf) {
        this.policies = policies;
        this.asOf = asOf;
    }

    /** Adds the next narrower policy. */
    void add(EgressPolicy policy) {
        fits.add(policy.name());
        if (!locked) {
            mode = policy.mode().orElse(mode);
            fallback = policy.fallback().orElse(fallback);
            onDeny = policy.onDeny().orElse(onDeny);
            queryTypes = policy.queryTypes().orElse(queryTypes);
            locked = policy.locked();
        }
        rules(policy);
    }

    EffectivePolicy result() {
        return new EffectivePolicy(mode, fallback, onDeny, queryTypes, allow, deny, fits);
    }

    /** A document's rules, then its packs'; each document once, however often it is included. */
    private void rules(EgressPolicy policy) {
        if (!included.add(policy.name())) {
            return;
        }
        inForce(policy.name(), policy.allow(), allow);
        inForce(policy.name(), policy.deny(), deny);
        for (Include include : policy.include()) {
            EgressPolicy pack = policies.get(include.pack());
            if (pack == null) {
                throw new IllegalStateException("unread include " + include);
            }
            rules(pack);
        }
    }

    private void inForce(String policy, List<Rule> rules, List<ScopedRule> into) {
        for (Rule rule : rules) {
            if (rule.expires().isEmpty() || rule.expires().get().isAfter(asOf)) {
                into.add(new ScopedRule(policy, rule));
            }
        }
    }
}
