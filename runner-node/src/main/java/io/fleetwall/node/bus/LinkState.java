package io.fleetwall.node.bus;

/** Whether the gateway hears this node now. */
public sealed interface LinkState {
    /**
     * Hello and welcome are exchanged.
     *
     * @param version of the protocol, which both speak
     */
    record Up(String gateway, int version) implements LinkState {}

    /** There is no connection, or not yet. */
    record Down(String reason) implements LinkState {}
}
