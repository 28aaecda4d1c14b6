package io.fleetwall.node.dns.upstream;

/** What sockets tell the client that opened them. */
interface UpstreamReplies {
    /** A message with the attempt's id, from its upstream's address. */
    void received(Attempt attempt, byte[] message, int length);

    /** A message that answers no question under way. */
    void foreign();

    /** The upstream did not answer, or cannot be reached; for people, why. */
    void unreachable(Attempt attempt, Failure why, String trouble);
}
