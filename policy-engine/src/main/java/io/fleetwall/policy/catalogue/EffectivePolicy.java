package io.fleetwall.policy.catalogue;

import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.document.QueryTypes;
import java.util.List;

/**
 * What a catalogue yields for a scope: all fitting policies merged.
 *
 * @param allow general to specific, each rule once
 * @param deny general to specific, each rule once
 * @param fits names of the fitting policies, general to specific; empty means that nothing fits and
 *     everything is denied
 */
public record EffectivePolicy(
        Mode mode,
        Fallback fallback,
        OnDeny onDeny,
        QueryTypes queryTypes,
        List<ScopedRule> allow,
        List<ScopedRule> deny,
        List<String> fits) {
    /** What a scope gets that no policy fits. */
    public static final EffectivePolicy DENY_ALL =
            new EffectivePolicy(
                    Mode.ENFORCE,
                    Fallback.DENY,
                    OnDeny.REJECT,
                    QueryTypes.UNSTATED,
                    List.of(),
                    List.of(),
                    List.of());

    public EffectivePolicy {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        fits = List.copyOf(fits);
    }
}
