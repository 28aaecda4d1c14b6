package io.fleetwall.bpf;

import java.net.InetAddress;

/** What {@link LinkWatch} tells. */
public sealed interface LinkEvent {
    /** Of which interface. */
    int ifindex();

    /** An interface is there: new, or not as it was told before. */
    record Present(Link link) implements LinkEvent {
        @Override
        public int ifindex() {
            return link.ifindex();
        }
    }

    /**
     * An interface was removed, or moved to another namespace.
     *
     * @param link as it was told last
     */
    record Gone(Link link) implements LinkEvent {
        @Override
        public int ifindex() {
            return link.ifindex();
        }
    }

    /**
     * An interface has an address.
     *
     * @param address the machine's own, not that of the other end
     */
    record AddressAdded(int ifindex, InetAddress address, int prefixLength) implements LinkEvent {}

    /** An interface has an address no more. */
    record AddressRemoved(int ifindex, InetAddress address, int prefixLength)
            implements LinkEvent {}
}
