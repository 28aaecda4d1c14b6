package io.fleetwall.node.dns.listen;

import java.net.InetSocketAddress;

/** Where a reply goes: a datagram's sender, or a TCP connection. */
public interface Client {
    /** The longest message that can be sent. */
    int limit(int udpPayload);

    /** Sends the first {@code length} bytes; they are copied before this returns. */
    void reply(byte[] message, int length);

    /** The same client, for a reply that comes later: a listener's own view is filled again. */
    Client detach();

    InetSocketAddress address();
}
