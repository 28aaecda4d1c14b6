package io.fleetwall.policy.document;

/**
 * An inclusive range of port keys within one class.
 *
 * @param first 0 to 65535
 * @param last first to 65535
 */
public record PortRange(PortClass portClass, int first, int last) {
    public PortRange {
        if (first < 0 || last > 0xffff || first > last) {
            throw new IllegalArgumentException("port range " + first + "-" + last);
        }
    }

    /** As an author would write it, for example {@code 8000-8100/tcp}. */
    @Override
    public String toString() {
        String numbers = first == last ? Integer.toString(first) : first + "-" + last;
        return switch (portClass) {
            case TCP -> numbers + "/tcp";
            case UDP -> numbers + "/udp";
            case ICMP_ECHO -> "icmp-echo";
            case OTHER -> "protocol " + numbers;
        };
    }
}
