package io.fleetwall.protocol.message;

/**
 * A policy was not applied; what was in force before still is.
 *
 * @param code stable, for example {@code FW-N003}
 * @param problem what is wrong
 * @param hint what to do about it
 */
public record Refused(
        String runner, long revision, Digest policy, String code, String problem, String hint)
        implements NodeMessage {}
