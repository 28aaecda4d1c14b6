package io.fleetwall.policy.packet;

import java.util.Optional;

/**
 * An IP packet down to what decides about it.
 *
 * @param destination as it stands in the packet; rules hold for its {@link Address#canonical} form
 * @param protocol IPv4's protocol, or the last next-header value of the chain
 * @param hopLimit also IPv4's time to live
 * @param room bytes from the IP header to the end of the frame, padding and all
 * @param receivers of the link frame or the addresses
 * @param fragment empty for whole packets and atomic fragments (RFC 6946)
 */
public record Packet(
        Address source,
        Address destination,
        int protocol,
        int hopLimit,
        int room,
        Receivers receivers,
        Optional<Fragment> fragment,
        Transport transport)
        implements Parsed {
    /** Whether an answer to the sender is proper. */
    public enum Receivers {
        ONE,
        MANY
    }

    /**
     * Which part of which datagram this is.
     *
     * @param protocol of the fragment header, the same in all fragments of a datagram
     * @param id 16 bits in IPv4, 32 in IPv6
     * @param offset in bytes; 0 is the first fragment
     */
    public record Fragment(int protocol, long id, int offset) {}
}
