package io.fleetwall.laboratory.dns;

/** The record types the laboratory speaks. */
public enum DnsType {
    /** An IPv4 address. */
    A(1),
    /** An IPv6 address. */
    AAAA(28),
    /** Text: what tunnels like to ask for. */
    TXT(16);

    private final int number;

    DnsType(int number) {
        this.number = number;
    }

    /** Its number on the wire. */
    public int number() {
        return number;
    }
}
