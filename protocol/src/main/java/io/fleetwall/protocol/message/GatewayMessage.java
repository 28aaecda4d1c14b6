package io.fleetwall.protocol.message;

/** What a gateway says to a node. */
public sealed interface GatewayMessage extends Message
        permits Welcome, Desired, EventAck, Goodbye, KeysChanged {}
