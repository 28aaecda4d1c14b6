package io.fleetwall.node.dns.wire;

import java.util.List;

/**
 * An upstream's answer reduced to what belongs to the question, in wire form: what the kernel is
 * taught and what the client gets are read from the same bytes.
 *
 * @param message header (id 0), lower-case question, records; no OPT. Never modified
 * @param ttls offsets of every TTL in the message
 * @param ttlSeconds how long the whole answer may be used: the least TTL, or the negative TTL (RFC
 *     2308); 0 is not to be cached
 * @param addresses canonical 16 bytes of every A and AAAA record of the chain's end
 * @param aliases lower-case CNAME targets, in the order of the chain
 */
public record Answer(
        byte[] message, int[] ttls, int ttlSeconds, List<byte[]> addresses, List<byte[]> aliases) {
    public Answer {
        addresses = List.copyOf(addresses);
        aliases = List.copyOf(aliases);
    }

    /** The same answer, every TTL {@code seconds}: for what outlived its own (RFC 8767). */
    public Answer lasting(int seconds) {
        byte[] copy = message.clone();
        for (int at : ttls) {
            copy[at] = (byte) (seconds >>> 24);
            copy[at + 1] = (byte) (seconds >>> 16);
            copy[at + 2] = (byte) (seconds >>> 8);
            copy[at + 3] = (byte) seconds;
        }
        return new Answer(copy, ttls, seconds, addresses, aliases);
    }

    /** What keeping this costs, roughly: arrays, their headers, and the objects around them. */
    public int weight() {
        int aliasBytes = 0;
        for (byte[] alias : aliases) {
            aliasBytes += alias.length + 16;
        }
        return 104 + message.length + 4 * ttls.length + 36 * addresses.size() + aliasBytes;
    }

    public int responseCode() {
        return message[3] & Dns.RCODE;
    }
}
