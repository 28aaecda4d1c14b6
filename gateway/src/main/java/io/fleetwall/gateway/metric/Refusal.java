package io.fleetwall.gateway.metric;

import java.util.Locale;

/**
 * Why somebody was turned away. A fixed list, so that an attacker cannot make the counters grow;
 * the names are labels in Prometheus and never change their meaning.
 */
public enum Refusal {
    /** API: no bearer token. */
    NO_TOKEN,
    /** API: a token that is unknown, expired, revoked or forged. */
    BAD_TOKEN,
    /** API: a good token whose role does not suffice. */
    ROLE,
    /** API: a good token that is for another area. */
    AREA,
    /** API or enrolment: more requests than are allowed. */
    RATE,
    /** Enrolment: a token that is not good, or not for this node. */
    ENROLMENT,
    /** Link: the TLS handshake failed: wrong authority, expired certificate, no TLS, too slow. */
    HANDSHAKE,
    /** Link: no client certificate. */
    NO_CERTIFICATE,
    /** Link: the certificate or its node is revoked. */
    REVOKED,
    /** Link: the certificate of a node that is connected has come to its end. */
    EXPIRED,
    /** Link: the certificate is of another node than the one it speaks for. */
    IDENTITY,
    /** Link: a frame that cannot be read, or a message out of order. */
    MALFORMED,
    /** Link: a frame longer than any message. */
    OVERSIZED,
    /** Link: a protocol version that is not spoken here. */
    VERSION,
    /** Link: nothing heard for three heartbeats. */
    SILENT,
    /** Link: does not read what it is sent. */
    SLOW,
    /** Link: more connections than there is room for. */
    FULL;

    /** As a label: lower case, with hyphens. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
