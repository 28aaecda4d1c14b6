package io.fleetwall.protocol.message;

/**
 * A policy is in force in the kernel.
 *
 * @param revision as desired
 * @param scope digest of the scope it was chosen for
 * @param policy digest of what was read back from the kernel's tables
 * @param micros from receipt of the desired state to the slot's store
 */
public record Applied(String runner, long revision, Digest scope, Digest policy, long micros)
        implements NodeMessage {}
