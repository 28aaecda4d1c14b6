package io.fleetwall.node.link;

import io.fleetwall.node.enforce.FleetKeys;
import io.fleetwall.protocol.message.KeyStatement;
import io.fleetwall.protocol.signature.PolicyVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this node is in its fleet and whom it believes: on disk, and then in force.
 *
 * <p>A new certificate changes nothing about whose policies count, although the same gateway gives
 * it: who may admit nodes cannot thereby change what they enforce. Only the fleet's keys speak for
 * the fleet's keys. Lives on the link verticle's context.
 */
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private final Path state;
    private final FleetKeys keys;
    private @Nullable Identity identity;

    Membership(Path state, FleetKeys keys) {
        this.state = state;
        this.keys = keys;
    }

    /** Of an earlier enrolment. */
    Optional<Identity> load() throws IOException {
        identity = Identity.load(state).orElse(null);
        return identity();
    }

    /**
     * The identity's policy keys, before any verticle runs: a boot needs them to check policies.
     */
    public static void trustStored(Path state, FleetKeys keys)
            throws IOException, GeneralSecurityException {
        Optional<Identity> stored = Identity.load(state);
        if (stored.isPresent()) {
            keys.trust(stored.get().signingKeys());
        }
    }

    Optional<Identity> identity() {
        return Optional.ofNullable(identity);
    }

    /** The identity, while its certificate is good. */
    Optional<Identity> valid(Instant now) {
        return identity().filter(known -> !known.isExpired(now));
    }

    /** The fleet has let the node in: whatever was believed before is over. */
    Identity enrolled(Identity fresh) {
        try {
            fresh.save(state);
            keys.trust(fresh.signingKeys());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the new identity cannot be kept", e);
        }
        identity = fresh;
        return fresh;
    }

    /** The node has another certificate. */
    Identity renewed(Identity fresh) {
        return enrolled(identity().map(fresh::believing).orElse(fresh));
    }

    /**
     * Follows what the fleet says of its keys; what is known already says nothing.
     *
     * @return why not, and then nothing was changed
     */
    Optional<String> follow(List<KeyStatement> statements) {
        Identity known = identity;
        if (known == null) {
            return Optional.of("the node is in no fleet");
        }
        Identity next = known;
        for (KeyStatement statement : statements) {
            if (statement.number() <= next.keyStatement()) {
                continue;
            }
            Optional<String> problem = problem(next, statement);
            if (problem.isPresent()) {
                return problem;
            }
            next = next.following(statement);
        }
        return next.equals(known) ? Optional.empty() : believe(next);
    }

    private static Optional<String> problem(Identity known, KeyStatement statement) {
        if (statement.number() != known.keyStatement() + 1) {
            return Optional.of(
                    "statement "
                            + statement.number()
                            + " about the fleet's keys follows none: known is "
                            + known.keyStatement());
        }
        try {
            PolicyVerifier.of(statement.keys());
            return PolicyVerifier.of(known.signingKeys()).accepts(statement)
                    ? Optional.empty()
                    : Optional.of(
                            "no trusted key signed statement "
                                    + statement.number()
                                    + " about the fleet's keys (key "
                                    + statement.keyId()
                                    + ")");
        } catch (GeneralSecurityException e) {
            return Optional.of(
                    "statement " + statement.number() + " names what is no key: " + e.getMessage());
        }
    }

    /** In force also when the disk fails: the gateway says it again to the next agent. */
    private Optional<String> believe(Identity next) {
        try {
            next.save(state);
        } catch (IOException full) {
            LOG.atError().setCause(full).log("the fleet's new keys are not kept");
        }
        try {
            keys.trust(next.signingKeys());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("these keys were read a moment ago", e);
        }
        identity = next;
        LOG.atInfo()
                .addKeyValue("statement", next.keyStatement())
                .addKeyValue(
                        "keys", next.signingKeys().stream().map(PolicyVerifier::keyId).toList())
                .log("the fleet's keys have changed");
        return Optional.empty();
    }
}
