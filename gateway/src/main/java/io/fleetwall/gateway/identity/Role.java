package io.fleetwall.gateway.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What somebody may do. Each role may also do what those before it may. */
public enum Role {
    /** Looks at everything that is no secret. */
    VIEWER,
    /** Checks and publishes policies. */
    AUTHOR,
    /** Takes policies back, and lets changes through that wait for a second person. */
    APPROVER,
    /** Decides who may do what: tokens, nodes, keys. */
    ADMIN;

    /** Whether this role may do what the other one may. */
    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** The role of this name. */
    public static Optional<Role> of(String name) {
        return Arrays.stream(values()).filter(role -> role.toString().equals(name)).findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
