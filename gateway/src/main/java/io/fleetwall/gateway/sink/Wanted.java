package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.condition.Severity;
import io.fleetwall.gateway.config.GatewayConfig;
import io.vertx.core.json.JsonObject;

/** Which events a target wants. */
final class Wanted {
    private Wanted() {}

    /** Decided first, because most events are of a kind nobody wants. */
    static boolean kind(GatewayConfig.Target target, String kind) {
        int dot = kind.indexOf('.');
        String family = dot < 0 ? kind : kind.substring(0, dot);
        return target.kinds().contains("*")
                || target.kinds().contains(kind)
                || target.kinds().contains(family + ".*");
    }

    /** The rest of its filter, for an event that says how much it matters. */
    static boolean by(GatewayConfig.Target target, JsonObject told) {
        Severity severity = new Facts(told).severity();
        return severity.rank() >= target.tuning().wanted().least().rank()
                && target.tuning().wanted().when().map(when -> when.holds(told)).orElse(true);
    }
}
