package io.fleetwall.protocol.event;

/**
 * Where traffic wanted to go.
 *
 * @param address in text form, IPv4 dotted; empty for a refused DNS question
 * @param port destination port; 0 where the protocol has none
 * @param protocol lower case: {@code tcp}, {@code udp}, {@code icmp}, {@code icmpv6}, {@code dns},
 *     or the IANA number
 * @param name the name the address was learned for, or the name asked; empty when unknown
 * @param naming how the name is known
 */
public record Destination(String address, int port, String protocol, String name, Naming naming) {
    /** One of whose name nothing more is known. */
    public Destination(String address, int port, String protocol, String name) {
        this(address, port, protocol, name, Naming.NONE);
    }

    /** The same, its name known so. */
    public Destination named(Naming how) {
        return new Destination(address, port, protocol, name, how);
    }
}
