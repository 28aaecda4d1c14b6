package io.fleetwall.policy.document;

import java.time.Instant;
import java.util.Optional;

/** One line of {@code allow} or {@code deny}. */
public sealed interface Rule permits HostRule, NetworkRule {
    /** What the rule speaks about, as its author would write it. */
    String subject();

    /** The ports it speaks about. */
    Ports ports();

    /** The author's reason, or empty. */
    String reason();

    /** From this instant on the rule is not in force. */
    Optional<Instant> expires();

    /** Where it stands. */
    Origin origin();
}
