package io.fleetwall.policy.verdict;

import io.fleetwall.policy.packet.Address;

/** What ties the fragments of one datagram together (RFC 791, RFC 8200). */
public record FragmentKey(Address source, Address destination, int protocol, long id) {}
