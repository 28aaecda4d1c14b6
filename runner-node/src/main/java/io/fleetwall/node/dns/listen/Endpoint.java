package io.fleetwall.node.dns.listen;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where a pair of listeners waits.
 *
 * @param device the interface it is bound to (SO_BINDTODEVICE)
 */
public record Endpoint(InetSocketAddress address, Optional<String> device, Sharing sharing) {
    /** Who else may open this endpoint. */
    public enum Sharing {
        /** Nobody: a second agent gets an error, and not half of the queries. */
        ALONE,
        /** Further workers of this process (SO_REUSEPORT, epoll only). */
        BY_WORKERS
    }

    /** {@code IFNAMSIZ} without its closing zero. */
    private static final int MAX_DEVICE_NAME = 15;

    public Endpoint {
        device.ifPresent(name -> {
            if (name.isEmpty() || name.length() > MAX_DEVICE_NAME) {
                throw new IllegalArgumentException("interface name " + name);
            }
        });
    }

    /** The same endpoint at the address that the first listener got. */
    public Endpoint at(InetSocketAddress bound) {
        return new Endpoint(bound, device, sharing);
    }

    /** The same endpoint at the port that the first listener got. */
    Endpoint at(int port) {
        return at(new InetSocketAddress(address.getAddress(), port));
    }
}
