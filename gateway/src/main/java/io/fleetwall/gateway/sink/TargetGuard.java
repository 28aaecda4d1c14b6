package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Where an alert may be sent: public addresses, and networks the operator listed. The address that
 * was checked is the one that is connected to, so a name cannot change its mind in between.
 */
final class TargetGuard {
    /** IANA special-purpose registries (RFC 6890): nothing on the internet answers from these. */
    private static final List<Network> SPECIAL =
            List.of(
                            "0.0.0.0/8",
                            "10.0.0.0/8",
                            "100.64.0.0/10",
                            "127.0.0.0/8",
                            "169.254.0.0/16",
                            "172.16.0.0/12",
                            "192.0.0.0/24",
                            "192.0.2.0/24",
                            "192.88.99.0/24",
                            "192.168.0.0/16",
                            "198.18.0.0/15",
                            "198.51.100.0/24",
                            "203.0.113.0/24",
                            "224.0.0.0/3",
                            "::/96",
                            "64:ff9b::/96",
                            "64:ff9b:1::/48",
                            "100::/64",
                            "2001::/23",
                            "2001:db8::/32",
                            "::ffff:0:0:0/96",
                            "2002::/16",
                            "3fff::/20",
                            "5f00::/16",
                            "fc00::/7",
                            "fe80::/10",
                            "fec0::/10",
                            "ff00::/8")
                    .stream()
                    .map(text -> Network.parse(text).orElseThrow())
                    .toList();

    private final List<Network> allowed;
    private final Resolver resolver;

    /** Who knows the addresses of a name. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    TargetGuard(List<Network> allowed) {
        this(allowed, InetAddress::getAllByName);
    }

    TargetGuard(List<Network> allowed, Resolver resolver) {
        this.allowed = List.copyOf(allowed);
        this.resolver = resolver;
    }

    /** What a host name came to. */
    sealed interface Finding {
        record Reachable(InetAddress address) implements Finding {}

        record Refused(String outcome) implements Finding {}
    }

    /** Looks the name up. Blocks. Every address must be permitted: one bad one spoils the name. */
    Finding look(String host) {
        InetAddress[] addresses;
        try {
            addresses = resolver.of(host);
        } catch (UnknownHostException unresolved) {
            return new Finding.Refused("name does not resolve");
        }
        Optional<InetAddress> bad =
                List.of(addresses).stream().filter(address -> !permitted(address)).findFirst();
        return bad.isPresent()
                ? new Finding.Refused("address not public and not in allowPrivateTargets")
                : new Finding.Reachable(addresses[0]);
    }

    boolean permitted(InetAddress address) {
        return allowed.stream().anyMatch(network -> network.contains(address))
                || SPECIAL.stream().noneMatch(network -> network.contains(address));
    }
}
