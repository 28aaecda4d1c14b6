package io.fleetwall.policy.document;

import java.time.Instant;
import java.util.Optional;

/** A rule about names: it holds for the addresses the node's own DNS proxy learned for them. */
public record HostRule(
        HostPattern pattern, Ports ports, String reason, Optional<Instant> expires, Origin origin)
        implements Rule {
    @Override
    public String subject() {
        return "host " + pattern;
    }
}
