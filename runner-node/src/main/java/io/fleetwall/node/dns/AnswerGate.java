package io.fleetwall.node.dns;

/**
 * What one runner's enforcement gives to the DNS proxy: its policy now, and the way of an answer's
 * addresses into the kernel.
 *
 * <p>A seam, so that the proxy knows neither table sets nor maps, and its tests no kernel. The
 * proxy calls it from its event loops, several at once: every method is thread-safe and returns
 * within microseconds (a map update, never a wait for a grace period or for the network).
 */
public interface AnswerGate {
    /**
     * The policy in force now. The same object until the policy changes: the proxy compares
     * identities to know that what it taught is still in the tables.
     */
    DnsPolicy policy();

    /**
     * Puts an answer's addresses into the table set of {@link LearnedAnswer#policy()}; the reply
     * leaves only after this returned true. An address already learned for another name keeps what
     * that name allows (the programs unite, deny before allow), and the later expiry.
     *
     * @return false when that policy is no longer in force: nothing was learned, and the proxy
     *     judges the answer again under the new one
     * @throws RuntimeException when the kernel refused; the client gets SERVFAIL, never the answer
     */
    boolean learn(LearnedAnswer answer);

    /**
     * Whether a network rule of the policy in force allows anything towards this private, loopback,
     * link-local or metadata address; otherwise such an address is dropped from answers
     * (rebinding).
     *
     * @param address 16 bytes, IPv4 as {@code ::ffff:a.b.c.d}
     */
    boolean permitsPrivate(byte[] address);

    /** Reports a refusal (in audit mode: what would have been one). Must not block. */
    void denied(DnsDenial denial);
}
