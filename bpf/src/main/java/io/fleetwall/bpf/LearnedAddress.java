package io.fleetwall.bpf;

/**
 * An address that DNS gave for an allowed name.
 *
 * @param address 16 bytes, IPv4 as {@code ::ffff:a.b.c.d}
 * @param program from {@link TableSet#programFor}
 * @param expiresAtBoottimeNanos see {@link BootClock}; later, new flows are denied
 * @param nameId an index into the caller's own names, reported with events; 0 is none
 */
public record LearnedAddress(byte[] address, int program, long expiresAtBoottimeNanos, int nameId) {
    public LearnedAddress {
        if (address.length != 16) {
            throw new IllegalArgumentException("address of " + address.length + " bytes");
        }
    }
}
