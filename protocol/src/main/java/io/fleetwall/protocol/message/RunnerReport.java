package io.fleetwall.protocol.message;

import io.fleetwall.policy.catalogue.Scope;

/**
 * One runner and what is in force for it.
 *
 * @param runner unique within its node
 * @param interfaceName the network interface the filter is attached to
 * @param scope what its policy is chosen for now
 * @param revision catalogue revision in force, 0 for the built-in deny-all
 * @param policy digest of the policy in force, {@link Digest#NONE} for the built-in deny-all
 */
public record RunnerReport(
        String runner, String interfaceName, Scope scope, long revision, Digest policy) {}
