package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.cluster.Sessions;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The gateways that take part now.
 *
 * @param mine the name of this one
 * @param tells whether this one speaks for all
 * @param moving whether there are nodes on their way from a gateway that is gone
 */
public record Company(
        String mine,
        Supplier<Set<String>> gateways,
        BooleanSupplier tells,
        BooleanSupplier moving) {
    /** As the cluster sees it. */
    public static Company of(Sessions sessions) {
        return new Company(
                sessions.mine(),
                sessions::gateways,
                sessions::oldest,
                () -> !sessions.orphans().isEmpty());
    }

    /** Whether there is no other. */
    boolean isAlone() {
        return gateways.get().equals(Set.of(mine));
    }
}
