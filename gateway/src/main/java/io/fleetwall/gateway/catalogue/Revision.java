package io.fleetwall.gateway.catalogue;

import java.time.Instant;

/**
 * What is written down of a published catalogue, without its content.
 *
 * @param number monotonic, from 1; 0 is the empty catalogue before the first publication
 * @param digest SHA-256 of the sources, lower-case hex
 * @param asOf rules that expired until then are not in force
 * @param by who published it: a token id, or a part of the gateway
 * @param files how many files it has
 */
public record Revision(
        long number,
        String digest,
        Instant asOf,
        Instant at,
        String by,
        Cause cause,
        String message,
        int files) {
    /** Why a revision was published. */
    public enum Cause {
        API,
        DIRECTORY,
        ROLLBACK,
        EXPIRY,
        KEYS;

        /** Whether a revision is worth a number although its content is that of the one before. */
        boolean repeats() {
            return this == EXPIRY || this == KEYS;
        }
    }
}
