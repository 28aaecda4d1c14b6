package io.fleetwall.node.dns.upstream;

import java.net.InetSocketAddress;

/** What carries datagrams to one upstream and back. Belongs to one event loop. */
interface Wire {
    /** More than the 1232 bytes asked for, so that a too long reply is seen as what it is. */
    int DATAGRAM_BYTES = 4096;

    /** Sends at the latest at the end of the loop's turn. */
    void send(byte[] message);

    /** Idempotent. */
    void close();

    /** Who is told what happens on a wire. */
    interface Sink {
        void received(byte[] message, int length);

        /** It is of no more use; for people, why. */
        void failed(String trouble);
    }

    /** Makes wires. */
    interface Opener {
        Wire open(InetSocketAddress upstream, Sink sink);
    }
}
