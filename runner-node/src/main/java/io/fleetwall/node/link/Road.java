package io.fleetwall.node.link;

/** The ways to a gateway. */
enum Road {
    WEBSOCKET,
    /** Requests that wait for their answer, where no WebSocket comes through. */
    LONG_POLL,
    /** The event bus, where the gateway is in this process. */
    CLUSTER
}
