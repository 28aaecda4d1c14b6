package io.fleetwall.node.dns.wire;

/** An answer's message as a reply is written from it, wherever it is kept. */
public interface WireAnswer {
    /** Header (id 0), lower-case question and records, from the start; never modified. */
    byte[] bytes();

    /** Bytes of the message. */
    int length();

    /** How many records it has; each has a TTL. */
    int records();

    /** The offset of a record's TTL. */
    int ttlAt(int record);

    /** The response code. */
    default int responseCode() {
        return bytes()[3] & Dns.RCODE;
    }
}
