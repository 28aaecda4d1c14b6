package io.fleetwall.gateway;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.identity.ServerIdentity;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * By which names and addresses nodes may reach the link: the configured ones, this gateway's, and
 * every address this machine has, so that a small fleet needs no DNS.
 */
final class ListenerNames {
    private ListenerNames() {}

    static List<String> of(GatewayConfig config) {
        SortedSet<String> names = new TreeSet<>(config.link().names());
        names.add(ServerIdentity.COMMON_NAME);
        names.add("localhost");
        names.add(config.name());
        try {
            for (NetworkInterface each :
                    Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(each.getInetAddresses())) {
                    names.add(literal(address));
                }
            }
        } catch (SocketException failed) {
            throw new UncheckedIOException("addresses of this machine", failed);
        }
        return List.copyOf(names);
    }

    /** Without the zone of a link-local address, which means nothing in a certificate. */
    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
