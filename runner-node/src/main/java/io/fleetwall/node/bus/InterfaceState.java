package io.fleetwall.node.bus;

/**
 * A runner's interface came or went.
 *
 * @param attached true: it is there, judged, and new; whatever was bound to one of that name before
 *     is bound to nothing
 */
public record InterfaceState(String runner, boolean attached) {}
