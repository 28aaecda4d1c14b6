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
        byte[] message, int[] ttls, int ttlSeconds, List<byte[]> addresses, List<byte[]> aliases)
        implements WireAnswer {
    public Answer {
        addresses = List.copyOf(addresses);
        aliases = List.copyOf(aliases);
    }

    @Override
    public byte[] bytes() {
        return message;
    }

    @Override
    public int length() {
        return message.length;
    }

    @Override
    public int records() {
        return ttls.length;
    }

    @Override
    public int ttlAt(int record) {
        return ttls[record];
    }
}
