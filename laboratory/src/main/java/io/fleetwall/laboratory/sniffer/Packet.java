package io.fleetwall.laboratory.sniffer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An IP packet as it crossed the wire.
 *
 * @param epochMicros when the kernel saw it
 * @param source address
 * @param destination address
 * @param protocol IP protocol number; IPv6 extension headers are not followed
 * @param sourcePort 0 when the protocol has none
 * @param destinationPort 0 when the protocol has none
 * @param frame all bytes that were captured
 */
public record Packet(
        long epochMicros,
        InetAddress source,
        InetAddress destination,
        int protocol,
        int sourcePort,
        int destinationPort,
        byte[] frame) {
    /** TCP's protocol number. */
    public static final int TCP = 6;

    /** UDP's protocol number. */
    public static final int UDP = 17;

    private static final int ETHERNET = 14;

    /** A TCP header without options. */
    private static final int SHOWN = 20;

    /** Reads an Ethernet frame; empty when it carries no IP packet. */
    public static Optional<Packet> of(long epochMicros, byte[] frame) {
        if (frame.length < ETHERNET + 20) {
            return Optional.empty();
        }
        return switch (ByteBuffer.wrap(frame).getShort(12) & 0xffff) {
            case 0x0800 -> Optional.of(ipv4(epochMicros, frame));
            case 0x86dd ->
                    frame.length < ETHERNET + 40
                            ? Optional.empty()
                            : Optional.of(ipv6(epochMicros, frame));
            default -> Optional.empty();
        };
    }

    /** Whether the bytes occur anywhere in the packet. */
    public boolean contains(byte[] needle) {
        return contains(frame, needle);
    }

    static boolean contains(byte[] frame, byte[] needle) {
        for (int start = ETHERNET; start + needle.length <= frame.length; start++) {
            if (Arrays.equals(frame, start, start + needle.length, needle, 0, needle.length)) {
                return true;
            }
        }
        return false;
    }

    /** In one line: where from, where to, and the transport header's first bytes. */
    @Override
    public String toString() {
        int transport = ETHERNET + (frame[ETHERNET] >> 4 == 4 ? (frame[ETHERNET] & 0xf) * 4 : 40);
        int end = Math.min(frame.length, transport + SHOWN);
        return "%s:%d > %s:%d protocol %d, %d bytes: %s"
                .formatted(
                        source.getHostAddress(),
                        sourcePort,
                        destination.getHostAddress(),
                        destinationPort,
                        protocol,
                        frame.length,
                        HexFormat.of().formatHex(frame, Math.min(transport, end), end));
    }

    private static Packet ipv4(long micros, byte[] frame) {
        int transport = ETHERNET + (frame[ETHERNET] & 0xf) * 4;
        int protocol = frame[ETHERNET + 9] & 0xff;
        return new Packet(
                micros,
                address(frame, ETHERNET + 12, 4),
                address(frame, ETHERNET + 16, 4),
                protocol,
                port(frame, protocol, transport),
                port(frame, protocol, transport + 2),
                frame);
    }

    private static Packet ipv6(long micros, byte[] frame) {
        int protocol = frame[ETHERNET + 6] & 0xff;
        return new Packet(
                micros,
                address(frame, ETHERNET + 8, 16),
                address(frame, ETHERNET + 24, 16),
                protocol,
                port(frame, protocol, ETHERNET + 40),
                port(frame, protocol, ETHERNET + 42),
                frame);
    }

    private static int port(byte[] frame, int protocol, int offset) {
        boolean hasPorts = protocol == TCP || protocol == UDP;
        return hasPorts && offset + 2 <= frame.length
                ? ByteBuffer.wrap(frame).getShort(offset) & 0xffff
                : 0;
    }

    private static InetAddress address(byte[] frame, int offset, int length) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(frame, offset, offset + length));
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 bytes", e);
        }
    }
}
