package io.fleetwall.node.dns.listen;

/** Takes one message of a client; called on the listener's event loop, one at a time. */
@FunctionalInterface
public interface QueryHandler {
    /**
     * @param message the listener's buffer, valid during the call
     */
    void handle(byte[] message, int length, Client client);
}
