package io.fleetwall.node.dns.upstream;

/** Why an attempt at an upstream brought no answer. */
public enum Failure {
    /** Nothing came in time. */
    TIMEOUT,
    /** No connection, or the network said so. */
    UNREACHABLE,
    /** No TLS, or a certificate that is not to be trusted for its name. */
    TLS,
    /** It closed the connection with questions open. */
    CLOSED,
    /** It answered SERVFAIL, REFUSED or the like, nonsense, or truncated where nothing may be. */
    NO_ANSWER
}
