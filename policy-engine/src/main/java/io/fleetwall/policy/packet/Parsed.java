package io.fleetwall.policy.packet;

/** What a frame turned out to be. */
public sealed interface Parsed permits Parsed.Arp, Parsed.Unparsed, Packet {
    /** An ARP frame. */
    record Arp() implements Parsed {}

    /** Nothing that rules can be asked about. */
    record Unparsed(Flaw flaw) implements Parsed {}
}
