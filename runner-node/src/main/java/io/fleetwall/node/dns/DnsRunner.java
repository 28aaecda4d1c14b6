package io.fleetwall.node.dns;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * A runner as the DNS proxy serves it: listeners of its own, so that the asking runner is known by
 * the socket a query arrived at and never by what the query says.
 *
 * @param name unique on the node
 * @param interfaceName the listeners are bound to this device (SO_BINDTODEVICE, needs CAP_NET_RAW);
 *     empty only where the listen address alone tells runners apart
 * @param listen UDP and TCP on each; port 0 takes a free port, the same for both
 */
public record DnsRunner(
        String name,
        Optional<String> interfaceName,
        List<InetSocketAddress> listen,
        AnswerGate gate) {
    public DnsRunner {
        listen = List.copyOf(listen);
        if (listen.isEmpty()) {
            throw new IllegalArgumentException("runner " + name + " has no dns listen address");
        }
    }
}
