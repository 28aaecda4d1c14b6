package io.fleetwall.policy.verdict;

import io.fleetwall.policy.document.AddressText;
import io.fleetwall.policy.document.PortClass;
import io.fleetwall.policy.packet.Address;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a job wants to go, for a question.
 *
 * @param host lower-case name without trailing dot, or empty for a bare address
 * @param address empty where only the name is known; with both, the address was learned for it
 * @param port 0 for an echo request
 */
public record Destination(
        Optional<String> host, Optional<Address> address, PortClass portClass, int port) {
    public Destination {
        host = host.map(Destination::plain);
        if (host.isEmpty() && address.isEmpty()) {
            throw new IllegalArgumentException("a destination needs a host or an address");
        }
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port);
        }
    }

    /** A destination from a name or an address literal. */
    public static Destination of(String hostOrAddress, PortClass portClass, int port) {
        return AddressText.parse(hostOrAddress) == null
                ? new Destination(Optional.of(hostOrAddress), Optional.empty(), portClass, port)
                : new Destination(
                        Optional.empty(), Optional.of(Address.of(hostOrAddress)), portClass, port);
    }

    @Override
    public String toString() {
        String where =
                host.map(name -> name + address.map(a -> " (" + a + ")").orElse(""))
                        .orElseGet(() -> address.map(Address::toString).orElse(""));
        return switch (portClass) {
            case TCP -> where + " " + port + "/tcp";
            case UDP -> where + " " + port + "/udp";
            case ICMP_ECHO -> where + " icmp-echo";
            case OTHER -> where + " protocol " + port;
        };
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
