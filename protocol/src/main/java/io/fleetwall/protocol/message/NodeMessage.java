package io.fleetwall.protocol.message;

/** What a node says to its gateway. */
public sealed interface NodeMessage extends Message
        permits Hello, ScopeChanged, Applied, Refused, EventBatch, Heartbeat, NodeState {}
