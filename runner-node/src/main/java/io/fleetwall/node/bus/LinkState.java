package io.fleetwall.node.bus;

/** Whether the gateway hears this node now. */
public sealed interface LinkState {
    /** Hello and welcome are exchanged. */
    record Up(String gateway) implements LinkState {}

    /** There is no connection, or not yet. */
    record Down(String reason) implements LinkState {}
}
