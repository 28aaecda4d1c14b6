package io.fleetwall.gateway.identity;

import java.util.Set;

/**
 * Who asks, and what they may.
 *
 * @param actor as the audit log names them, for example {@code token:1f…} or {@code oidc:alice}
 * @param areas the parts of the API the role holds in
 */
public record Principal(String actor, Role role, Set<Area> areas) {
    public Principal {
        areas = Set.copyOf(areas);
    }
}
