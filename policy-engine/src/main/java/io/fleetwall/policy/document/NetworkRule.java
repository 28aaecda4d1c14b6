package io.fleetwall.policy.document;

import java.time.Instant;
import java.util.Optional;

/** A rule about addresses, however they became known. */
public record NetworkRule(
        Network network, Ports ports, String reason, Optional<Instant> expires, Origin origin)
        implements Rule {
    @Override
    public String subject() {
        return "cidr " + network;
    }
}
