package io.fleetwall.node.dns.listen;

/** Takes one message of a client; called on the listener's event loop, one at a time. */
@FunctionalInterface
public interface QueryHandler {
    /**
     * Handles one message; replies now, or later through a detached client.
     *
     * @param message the listener's buffer, valid during the call
     */
    void handle(byte[] message, int length, Client client);
}
