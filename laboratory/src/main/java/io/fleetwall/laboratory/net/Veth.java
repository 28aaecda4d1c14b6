package io.fleetwall.laboratory.net;

import java.util.List;

/**
 * Two ends of a virtual cable between namespaces.
 *
 * @param near the end that goes when the cable is cut
 * @param far the other end
 */
public record Veth(End near, End far) implements AutoCloseable {
    /**
     * One end of the cable.
     *
     * @param namespace where it is
     * @param name of the interface
     * @param addresses with their prefix lengths, IPv4 and IPv6
     */
    public record End(Namespace namespace, String name, List<String> addresses) {
        public End {
            addresses = List.copyOf(addresses);
        }

        private void configure() {
            for (String address : addresses) {
                address(address);
            }
            namespace.ip("link", "set", name, "up");
        }

        /**
         * Adds an address. Duplicate detection would leave an IPv6 address unusable for a second.
         */
        public void address(String address) {
            if (address.contains(":")) {
                namespace.ip("address", "add", address, "dev", name, "nodad");
            } else {
                namespace.ip("address", "add", address, "dev", name);
            }
        }
    }

    /** Lays the cable, gives both ends their addresses and brings them up. */
    public static Veth connect(End near, End far) {
        near.namespace()
                .ip(
                        "link",
                        "add",
                        near.name(),
                        "type",
                        "veth",
                        "peer",
                        "name",
                        far.name(),
                        "netns",
                        far.namespace().name());
        near.configure();
        far.configure();
        return new Veth(near, far);
    }

    @Override
    public void close() {
        near.namespace().ip("link", "delete", near.name());
    }
}
