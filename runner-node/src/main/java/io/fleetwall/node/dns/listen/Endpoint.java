package io.fleetwall.node.dns.listen;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where a pair of listeners waits.
 *
 * @param device the interface it is bound to (SO_BINDTODEVICE)
 */
public record Endpoint(InetSocketAddress address, Optional<String> device) {
    /** {@code IFNAMSIZ} without its closing zero. */
    private static final int MAX_DEVICE_NAME = 15;

    public Endpoint {
        device.ifPresent(name -> {
            if (name.isEmpty() || name.length() > MAX_DEVICE_NAME) {
                throw new IllegalArgumentException("interface name " + name);
            }
        });
    }

    /** The same endpoint at the port that the first listener got. */
    Endpoint at(int port) {
        return new Endpoint(new InetSocketAddress(address.getAddress(), port), device);
    }
}
