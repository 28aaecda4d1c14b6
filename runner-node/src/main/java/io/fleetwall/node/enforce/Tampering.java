package io.fleetwall.node.enforce;

import io.fleetwall.protocol.event.EventKind;

/**
 * What somebody did to the node's enforcement, behind the agent's back.
 *
 * @param text what was found, what was done about it, and what passed meanwhile
 */
record Tampering(EventKind kind, String text) {}
