package io.fleetwall.node.link;

/** The two ways to a gateway. */
enum Road {
    WEBSOCKET,
    /** Requests that wait for their answer, where no WebSocket comes through. */
    LONG_POLL
}
