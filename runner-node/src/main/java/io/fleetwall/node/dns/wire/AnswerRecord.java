package io.fleetwall.node.dns.wire;

import java.util.Arrays;

/**
 * One resource record of a message, its owner lower-cased, its data where it lies.
 *
 * @param rdata offset into the message
 */
record AnswerRecord(byte[] owner, int type, long ttl, int rdata, int rdataLength) {
    boolean ownedBy(byte[] name) {
        return Arrays.equals(owner, name);
    }

    int rdataEnd() {
        return rdata + rdataLength;
    }
}
