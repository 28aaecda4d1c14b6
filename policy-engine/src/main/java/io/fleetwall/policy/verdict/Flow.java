package io.fleetwall.policy.verdict;

import io.fleetwall.policy.packet.Address;

/**
 * What a verdict is remembered for.
 *
 * @param destination in canonical form
 * @param protocol IP protocol number; ICMP echoes have ports 0
 */
public record Flow(
        Address source, Address destination, int protocol, int sourcePort, int destinationPort) {}
