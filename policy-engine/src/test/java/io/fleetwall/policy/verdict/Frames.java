package io.fleetwall.policy.verdict;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.fleetwall.policy.catalogue.EffectivePolicy;
import io.fleetwall.policy.compiled.Compilation;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.Compiler;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.packet.Address;
import io.fleetwall.policy.packet.LinkKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Packets for the tests, each header by its own method, innermost first. */
public final class Frames {
    public static final String RUNNER4 = "10.9.0.2";
    public static final String RUNNER6 = "fd00:9::2";

    private Frames() {}

    /** The tables of a policy. */
    public static CompiledPolicy compiled(EffectivePolicy effective) {
        return assertInstanceOf(Compilation.Compiled.class, Compiler.compile(effective)).policy();
    }

    /** The verdict on a whole packet to a destination; a host's address is learned before. */
    public static Judgement judge(CompiledPolicy policy, Destination destination) {
        PlaneState state = PlaneState.EMPTY.withSlot(new Slot(1, policy, Slot.Dns.AS_ADDRESSED));
        Address address = destination.address().orElse(Address.of("203.0.113.77"));
        if (destination.host().isPresent()) {
            byte[] name = HostTable.wire(destination.host().get());
            PortProgram program = HostTable.of(policy).match(name, 0);
            if (program != null) {
                state = state.withLearned(address.canonical(), new Learned(program, 1));
            }
        }
        return ReferenceVerdict.judge(packet(address, destination), LinkKind.RAW, state);
    }

    private static byte[] packet(Address address, Destination destination) {
        boolean ipv4 = address.isIpv4();
        byte[] transport =
                switch (destination.portClass()) {
                    case TCP -> tcp(40000, destination.port(), 2);
                    case UDP -> udp(40000, destination.port());
                    case ICMP_ECHO -> icmp(ipv4 ? 8 : 128);
                    case OTHER -> new byte[8];
                };
        int protocol =
                switch (destination.portClass()) {
                    case TCP -> 6;
                    case UDP -> 17;
                    case ICMP_ECHO -> ipv4 ? 1 : 58;
                    case OTHER -> destination.port();
                };
        return ipv4
                ? ipv4(address.toString(), protocol, transport)
                : ipv6(address.toString(), protocol, transport);
    }

    public static byte[] tcp(int source, int destination, int flags) {
        ByteBuffer tcp = ByteBuffer.allocate(20);
        tcp.putShort((short) source).putShort((short) destination);
        tcp.put(12, (byte) 0x50).put(13, (byte) flags);
        return tcp.array();
    }

    public static byte[] udp(int source, int destination) {
        ByteBuffer udp = ByteBuffer.allocate(8);
        udp.putShort((short) source).putShort((short) destination).putShort((short) 8);
        return udp.array();
    }

    public static byte[] icmp(int type, byte[]... quoted) {
        return join(new byte[] {(byte) type, 0, 0, 0, 0, 0, 0, 0}, join(quoted));
    }

    public static byte[] ipv4(String to, int protocol, byte[] payload) {
        return ipv4(RUNNER4, to, protocol, payload);
    }

    public static byte[] ipv4(String from, String to, int protocol, byte[] payload) {
        ByteBuffer ip = ByteBuffer.allocate(20 + payload.length);
        ip.put((byte) 0x45).put((byte) 0).putShort((short) ip.capacity());
        ip.put(8, (byte) 64).put(9, (byte) protocol);
        ip.put(12, Address.of(from).bytes(), 12, 4).put(16, Address.of(to).bytes(), 12, 4);
        ip.put(20, payload);
        return ip.array();
    }

    /** Makes an IPv4 packet a fragment; offset in bytes. */
    public static byte[] fragment4(byte[] packet, int id, int offset, More more) {
        ByteBuffer ip = ByteBuffer.wrap(packet.clone());
        ip.putShort(4, (short) id);
        ip.putShort(6, (short) (offset / 8 | (more == More.FOLLOW ? 0x2000 : 0)));
        return ip.array();
    }

    /** Puts options between the header of an IPv4 packet and its payload; padded with NOPs. */
    public static byte[] options4(byte[] packet, int... options) {
        int padded = (options.length + 3) / 4 * 4;
        ByteBuffer ip = ByteBuffer.allocate(packet.length + padded);
        ip.put(packet, 0, 20);
        for (int i = 0; i < padded; i++) {
            ip.put((byte) (i < options.length ? options[i] : 1));
        }
        ip.put(packet, 20, packet.length - 20);
        ip.put(0, (byte) (0x45 + padded / 4)).putShort(2, (short) ip.capacity());
        return ip.array();
    }

    public static byte[] ipv6(String to, int next, byte[] payload) {
        return ipv6(RUNNER6, to, next, payload);
    }

    public static byte[] ipv6(String from, String to, int next, byte[] payload) {
        ByteBuffer ip = ByteBuffer.allocate(40 + payload.length);
        ip.put(0, (byte) 0x60).putShort(4, (short) payload.length);
        ip.put(6, (byte) next).put(7, (byte) 64);
        ip.put(8, Address.of(from).bytes()).put(24, Address.of(to).bytes()).put(40, payload);
        return ip.array();
    }

    public static byte[] hopLimit(byte[] ipv6, int hopLimit) {
        byte[] packet = ipv6.clone();
        packet[7] = (byte) hopLimit;
        return packet;
    }

    /** An 8-byte extension header: hop-by-hop, destination options, or routing without segments. */
    public static byte[] extension(int next, byte[] payload) {
        return join(new byte[] {(byte) next, 0, 1, 0, 0, 0, 0, 0}, payload);
    }

    public static byte[] fragment6(int next, int id, int offset, More more, byte[] payload) {
        ByteBuffer header = ByteBuffer.allocate(8);
        header.put((byte) next).put((byte) 0);
        header.putShort((short) (offset | (more == More.FOLLOW ? 1 : 0))).putInt(id);
        return join(header.array(), payload);
    }

    /** Whether other fragments follow. */
    public enum More {
        FOLLOW,
        NONE
    }

    public static byte[] ethernet(int type, byte[] payload) {
        byte[] header = new byte[14];
        header[0] = 0x02;
        header[6] = 0x02;
        header[11] = 1;
        header[12] = (byte) (type >> 8);
        header[13] = (byte) type;
        return join(header, payload);
    }

    /** A question for an address. */
    public static byte[] arp() {
        byte[] arp = new byte[28];
        arp[1] = 1;
        arp[2] = 8;
        arp[4] = 6;
        arp[5] = 4;
        arp[7] = 1;
        return arp;
    }

    /** A VLAN tag in front of a type and payload; the outer type is the caller's. */
    public static byte[] tag(int type, byte[] payload) {
        return join(new byte[] {0, 7, (byte) (type >> 8), (byte) type}, payload);
    }

    public static byte[] cut(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }

    public static byte[] data(int length) {
        return "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
    }

    public static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
