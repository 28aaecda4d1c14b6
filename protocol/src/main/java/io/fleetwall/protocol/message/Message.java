package io.fleetwall.protocol.message;

/**
 * Anything that crosses the link. One binary WebSocket frame carries one message; its bytes are
 * made by {@code MessageCodec}. The protocol has no state machine beyond comparing <i>desired</i>
 * with <i>applied</i>: equal, wait; different, send.
 */
public sealed interface Message permits NodeMessage, GatewayMessage {}
