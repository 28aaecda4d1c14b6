package io.fleetwall.node.dns.wire;

/** What a message that claims to answer a question turned out to be. */
public sealed interface Reading {
    /** An answer, or a proof that there is none. */
    record Complete(Answer answer) implements Reading {}

    /** The upstream asks for TCP. */
    record Truncated() implements Reading {}

    /** The upstream cannot help (SERVFAIL, REFUSED, …): ask another. */
    record Failed(int responseCode) implements Reading {}

    /** Not a reply to this question, or not a DNS message: as if it had never come. */
    record Foreign() implements Reading {}

    /** The reply to this question makes no sense, or tries to be more than that. */
    record Malformed() implements Reading {}
}
