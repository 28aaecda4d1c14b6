package io.fleetwall.gateway.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Where a listener binds.
 *
 * @param host an address literal or a name
 * @param port 0 lets the kernel choose, which tests use
 */
public record ListenAddress(String host, int port) {
    public ListenAddress {
        if (host.isEmpty() || port < 0 || port > 65_535) {
            throw new IllegalArgumentException("not a listen address: " + host + ":" + port);
        }
    }

    /** Reads {@code host:port} or {@code [v6]:port}; empty when it is neither. */
    public static Optional<ListenAddress> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            return Optional.empty();
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            return Optional.empty();
        }
        String digits = text.substring(colon + 1);
        if (host.isEmpty() || !digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 65_535) {
            return Optional.empty();
        }
        return Optional.of(new ListenAddress(host, Integer.parseInt(digits)));
    }

    /** Whether only this machine can reach it; a name that does not resolve is not. */
    public boolean isLoopback() {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException unresolved) {
            return false;
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
