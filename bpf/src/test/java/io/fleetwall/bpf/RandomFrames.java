package io.fleetwall.bpf;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Frames that are almost right: layers in likely and unlikely order over few addresses and ports,
 * so that flows, fragments and quotes meet; then bytes changed and ends cut.
 */
final class RandomFrames {
    private static final List<String> FOUR =
            List.of(
                    "192.0.2.10",
                    "192.0.2.200",
                    "192.0.3.1",
                    "198.18.0.1",
                    "198.18.0.2",
                    "10.0.0.1",
                    "10.1.2.3",
                    "224.0.0.1",
                    "255.255.255.255",
                    "0.0.0.0");
    private static final List<String> SIX =
            List.of(
                    "2001:db8:20::10",
                    "2001:db8:21::1",
                    "fd00::1",
                    "fe80::1",
                    "ff02::1",
                    "64:ff9b::c000:20a",
                    "2002:c000:20a::1",
                    "2001:0:1:2:3:4:3fff:fdf5",
                    "::c000:20a",
                    "::1",
                    "::",
                    "2001:db8:99::1",
                    "2001:db8:99::2");
    private static final List<String> PORTS =
            List.of("53", "853", "443", "80", "22", "8050", "0", "65535");
    private static final List<String> FLAGS = List.of("S", "A", "SA", "R", "FA", "PA", "SF");

    private final RandomGenerator random;
    private List<String> fours = FOUR;
    private List<String> sixes = SIX;
    private List<String> ports = PORTS;

    RandomFrames(RandomGenerator random) {
        this.random = random;
    }

    /** From here on few addresses and ports, so that frames have to do with each other. */
    void focus() {
        fours = List.of(pick(FOUR), pick(FOUR));
        sixes = List.of(pick(SIX), pick(SIX));
        ports = List.of(pick(PORTS), pick(PORTS));
    }

    /** The way back of a frame: addresses and ports change places, as far as there are any. */
    static byte[] turned(byte[] frame, LinkKind kind) {
        byte[] back = frame.clone();
        int ip = kind == LinkKind.ETHERNET ? 14 : 0;
        boolean four = back[ip] >> 4 == 4;
        int size = four ? 4 : 16;
        int addresses = ip + (four ? 12 : 8);
        int ports = ip + (four ? 20 : 40);
        if (frame.length >= ports + 4) {
            System.arraycopy(frame, addresses, back, addresses + size, size);
            System.arraycopy(frame, addresses + size, back, addresses, size);
            System.arraycopy(frame, ports, back, ports + 2, 2);
            System.arraycopy(frame, ports + 2, back, ports, 2);
        }
        return testable(back) ? back : frame;
    }

    byte[] next(LinkKind kind) {
        byte[] frame;
        do {
            frame = bytes(kind);
        } while (!testable(frame));
        return frame;
    }

    /** The kernel tests no frame whose IP header ends behind the frame, nor one below 14 bytes. */
    private static boolean testable(byte[] frame) {
        if (frame.length < 15) {
            return false;
        }
        int type = (frame[12] & 0xff) << 8 | (frame[13] & 0xff);
        return !(type == 0x0800 && frame.length < 34) && !(type == 0x86dd && frame.length < 54);
    }

    private byte[] bytes(LinkKind kind) {
        StringBuilder words = new StringBuilder();
        if (kind == LinkKind.ETHERNET) {
            words.append(one(8) ? "eth:to=ffffffffffff" : "eth");
            for (int tags = one(5) ? random.nextInt(4) : 0; tags > 0; tags--) {
                words.append(one(2) ? " vlan" : " vlan:88a8");
            }
            words.append(" ").append(one(60) ? arp() : datagram());
        } else {
            words.append(datagram());
        }
        byte[] frame = FrameText.bytes(words.toString());
        if (one(4)) {
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
        }
        if (one(8)) {
            return Arrays.copyOf(frame, random.nextInt(frame.length) + 1);
        }
        return one(10) ? Arrays.copyOf(frame, frame.length + random.nextInt(8)) : frame;
    }

    private String arp() {
        return (one(8) ? "arp:op=" + random.nextInt(4) : "arp")
                + (one(2) ? " pad:" + random.nextInt(20) : "")
                + (one(8) ? " data:1" : "");
    }

    private String datagram() {
        return one(2) ? ipv4() : ipv6();
    }

    private String ipv4() {
        String ip = "ip4:" + pick(fours) + ",src=" + (one(9) ? pick(fours) : "10.0.0.2");
        if (one(6)) {
            ip +=
                    ",opt="
                            + pick(
                                    List.of(
                                            "01010101",
                                            "83040000",
                                            "44050000",
                                            "44080500000000000100" + "0000",
                                            "00838383"));
        }
        if (one(4)) {
            ip += ",frag=" + random.nextInt(6) + (one(2) ? ",mf" : "") + ",id=" + random.nextInt(3);
        }
        if (one(12)) {
            ip += ",proto=" + random.nextInt(256);
        }
        return ip + ",ttl=" + pick(List.of("1", "64", "255")) + " " + transport(true);
    }

    private String ipv6() {
        StringBuilder ip = new StringBuilder("ip6:" + pick(sixes));
        ip.append(",src=").append(one(9) ? pick(sixes) : "fd00::2");
        ip.append(",hop=").append(pick(List.of("1", "64", "255")));
        for (int headers = one(3) ? random.nextInt(9) : 0; headers > 0; headers--) {
            ip.append(' ').append(extension());
        }
        return ip + " " + transport(false);
    }

    private String extension() {
        return switch (random.nextInt(6)) {
            case 0 -> "hbh";
            case 1 -> one(3) ? "rt:left=1" : "rt";
            case 2 ->
                    "fh:id="
                            + random.nextInt(3)
                            + ",off="
                            + (one(2) ? random.nextInt(5) : 0)
                            + (one(2) ? ",mf" : "");
            case 3 -> "dst:len=" + random.nextInt(3);
            default -> "dst";
        };
    }

    private String transport(boolean four) {
        String echo = four ? "icmp:8" : "icmp6:128";
        String data = " data:" + random.nextInt(one(4) ? 120 : 40);
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> "tcp:" + port() + ">" + pick(ports) + "/" + pick(FLAGS) + data;
            case 3, 4 -> "udp:" + port() + ">" + pick(ports) + data;
            case 5 -> echo + data;
            case 6 -> (four ? "icmp:" : "icmp6:") + type(four) + data;
            default -> error(four);
        };
    }

    private int type(boolean four) {
        boolean upkeep = !four && one(2);
        return upkeep
                ? pick(List.of(131, 132, 133, 135, 136, 143))
                : random.nextInt(four ? 20 : 150);
    }

    private String error(boolean four) {
        String quoted =
                (one(2) ? "tcp:" : "udp:")
                        + pick(ports)
                        + ">"
                        + port()
                        + (one(3) ? " data:30" : "");
        return four
                ? "icmp:"
                        + pick(List.of("3", "11", "12"))
                        + " ip4:10.0.0.2,src="
                        + pick(fours)
                        + " "
                        + quoted
                : "icmp6:"
                        + pick(List.of("1", "2", "3", "4"))
                        + " ip6:fd00::2,src="
                        + pick(sixes)
                        + " "
                        + quoted;
    }

    private int port() {
        return 40000 + random.nextInt(2);
    }

    private boolean one(int in) {
        return random.nextInt(in) == 0;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
