package io.fleetwall.node.dns.wire;

/**
 * How much of an upstream's answer is taken.
 *
 * @param addresses further address records are left out, and so never learned
 * @param ttlSeconds greater TTLs are lowered to this, negative ones too
 * @param ech what becomes of the keys of Encrypted Client Hello
 */
public record AnswerLimits(int addresses, int ttlSeconds, Ech ech) {
    /** The parameter {@code ech} of SVCB and HTTPS records (RFC 9848). */
    public enum Ech {
        KEPT,
        /** Clients then say the server's name in the clear, where it can be checked. */
        STRIPPED
    }

    /** With {@code ech} kept. */
    public AnswerLimits(int addresses, int ttlSeconds) {
        this(addresses, ttlSeconds, Ech.KEPT);
    }
}
