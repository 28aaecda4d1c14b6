package io.fleetwall.bpf;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Frames as words: {@code eth ip4:192.0.2.10,ttl=3 tcp:40000>443/S}. Lengths, types and protocols
 * follow from the layers unless a word says otherwise; checksums are zero, the program does not
 * look at them.
 *
 * <p>Layers: {@code eth vlan arp ip4 ip6 hbh dst rt fh tcp udp icmp data hex}. At the end: {@code
 * cut:N} keeps N bytes, {@code trim:N} takes N away, {@code pad:N} adds N zeros behind the
 * datagram.
 */
final class FrameText {
    private static final String MAC_TO = "020000000001";
    private static final String MAC_FROM = "020000000002";
    private static final int PROTOCOL_NONE = 59;

    private byte[] bytes = new byte[0];
    private int etherType = 0xffff;
    private int protocol = PROTOCOL_NONE;

    private FrameText() {}

    static byte[] bytes(String text) {
        List<String> words = new ArrayList<>(List.of(text.strip().split(" +", -1)));
        FrameText frame = new FrameText();
        List<Word> layers = new ArrayList<>();
        List<Word> shapes = new ArrayList<>();
        for (String word : words) {
            Word parsed = Word.parse(word);
            (List.of("cut", "trim", "pad").contains(parsed.name()) ? shapes : layers).add(parsed);
        }
        layers.reversed().forEach(frame::wrap);
        shapes.forEach(frame::shape);
        return frame.bytes;
    }

    /** A layer or a shape: its name, its first plain argument, its named arguments. */
    private record Word(String name, String argument, Map<String, String> named) {
        static Word parse(String word) {
            String[] parts = word.split(":", 2);
            String argument = "";
            Map<String, String> named = new HashMap<>();
            if (parts.length == 2) {
                for (String piece : parts[1].split(",", -1)) {
                    int equals = piece.indexOf('=');
                    if (equals > 0) {
                        named.put(piece.substring(0, equals), piece.substring(equals + 1));
                    } else if (argument.isEmpty()) {
                        argument = piece;
                    } else {
                        named.put(piece, "1");
                    }
                }
            }
            return new Word(parts[0], argument, named);
        }

        int number(String key, int otherwise) {
            String value = named.get(key);
            return value == null ? otherwise : Integer.decode(value);
        }

        String text(String key, String otherwise) {
            return named.getOrDefault(key, otherwise);
        }

        boolean has(String flag) {
            return named.containsKey(flag) || argument.equals(flag);
        }

        String plain(String otherwise) {
            return argument.isEmpty() ? otherwise : argument;
        }
    }

    private void shape(Word word) {
        int count = Integer.decode(word.argument());
        int length =
                switch (word.name()) {
                    case "cut" -> count;
                    case "trim" -> bytes.length - count;
                    default -> bytes.length + count;
                };
        bytes = Arrays.copyOf(bytes, length);
    }

    private void wrap(Word word) {
        switch (word.name()) {
            case "eth" -> ethernet(word);
            case "vlan" -> vlan(word);
            case "arp" -> arp(word);
            case "ip4" -> ipv4(word);
            case "ip6" -> ipv6(word);
            case "hbh" -> extension(word, 0);
            case "rt" -> extension(word, 43);
            case "dst" -> extension(word, 60);
            case "fh" -> fragmentHeader(word);
            case "tcp" -> tcp(word);
            case "udp" -> udp(word);
            case "icmp" -> icmp(word, 1);
            case "icmp6" -> icmp(word, 58);
            case "data" -> prepend(new byte[Integer.decode(word.argument())]);
            case "hex" -> prepend(HexFormat.of().parseHex(word.argument()));
            default -> throw new IllegalArgumentException("no layer " + word.name());
        }
    }

    private void ethernet(Word word) {
        int type = Integer.parseInt(word.text("type", Integer.toHexString(etherType)), 16);
        prepend(
                HexFormat.of()
                        .parseHex(
                                word.text("to", MAC_TO)
                                        + word.text("from", MAC_FROM)
                                        + "%04x".formatted(type)));
    }

    private void vlan(Word word) {
        prepend(HexFormat.of().parseHex("%04x%04x".formatted(word.number("id", 5), etherType)));
        etherType = Integer.parseInt(word.plain("8100"), 16);
    }

    private void arp(Word word) {
        byte[] header = new byte[28];
        put16(header, 0, word.number("hw", 1));
        put16(header, 2, word.number("proto", 0x0800));
        header[4] = (byte) word.number("hwlen", 6);
        header[5] = (byte) word.number("len", 4);
        put16(header, 6, word.number("op", 1));
        prepend(header);
        etherType = 0x0806;
    }

    private void ipv4(Word word) {
        byte[] options = HexFormat.of().parseHex(word.text("opt", ""));
        int ihl = word.number("ihl", 5 + options.length / 4);
        byte[] header = new byte[20 + options.length];
        header[0] = (byte) (word.number("ver", 4) << 4 | ihl);
        put16(header, 2, word.number("total", header.length + bytes.length));
        put16(header, 4, word.number("id", 1));
        put16(header, 6, word.number("frag", 0) | (word.has("mf") ? 0x2000 : 0));
        header[8] = (byte) word.number("ttl", 64);
        header[9] = (byte) word.number("proto", protocol);
        System.arraycopy(Policies.address(word.text("src", "10.0.0.2")), 12, header, 12, 4);
        System.arraycopy(Policies.address(word.plain("192.0.2.10")), 12, header, 16, 4);
        System.arraycopy(options, 0, header, 20, options.length);
        prepend(header);
        etherType = 0x0800;
        protocol = 4;
    }

    private void ipv6(Word word) {
        byte[] header = new byte[40];
        header[0] = (byte) (word.number("ver", 6) << 4);
        put16(header, 4, word.number("len", bytes.length));
        header[6] = (byte) word.number("next", protocol);
        header[7] = (byte) word.number("hop", 64);
        System.arraycopy(Policies.address(word.text("src", "fd00::2")), 0, header, 8, 16);
        System.arraycopy(Policies.address(word.plain("2001:db8:20::10")), 0, header, 24, 16);
        prepend(header);
        etherType = 0x86dd;
        protocol = 41;
    }

    private void extension(Word word, int number) {
        int units = word.number("len", 0);
        byte[] header = new byte[8 + units * 8];
        header[0] = (byte) word.number("next", protocol);
        header[1] = (byte) word.number("units", units);
        header[3] = (byte) word.number("left", 0);
        prepend(header);
        protocol = number;
    }

    private void fragmentHeader(Word word) {
        byte[] header = new byte[8];
        header[0] = (byte) word.number("next", protocol);
        put16(header, 2, word.number("off", 0) << 3 | (word.has("mf") ? 1 : 0));
        put16(header, 6, word.number("id", 1));
        prepend(header);
        protocol = 44;
    }

    private void tcp(Word word) {
        String[] flags = word.plain("443").split("/", -1);
        byte[] header = new byte[20];
        ports(header, flags[0]);
        put16(header, 6, 1);
        header[12] = 5 << 4;
        String set = flags.length > 1 ? flags[1] : "S";
        header[13] = (byte) set.chars().map(flag -> 1 << "FSRPAU".indexOf(flag)).sum();
        prepend(header);
        protocol = 6;
    }

    private void udp(Word word) {
        byte[] header = new byte[8];
        ports(header, word.plain("443"));
        put16(header, 4, 8 + bytes.length);
        prepend(header);
        protocol = 17;
    }

    private static void ports(byte[] header, String text) {
        String[] ports = text.split(">", -1);
        put16(header, 0, ports.length == 2 ? Integer.parseInt(ports[0]) : 40000);
        put16(header, 2, Integer.parseInt(ports[ports.length - 1]));
    }

    private void icmp(Word word, int number) {
        String[] type = word.plain("8").split("/", -1);
        byte[] header = new byte[8];
        header[0] = (byte) Integer.parseInt(type[0]);
        header[1] = (byte) (type.length > 1 ? Integer.parseInt(type[1]) : 0);
        put16(header, 4, word.number("id", 7));
        prepend(header);
        protocol = number;
    }

    private static void put16(byte[] to, int at, int value) {
        to[at] = (byte) (value >> 8);
        to[at + 1] = (byte) value;
    }

    private void prepend(byte[] header) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(header);
        all.writeBytes(bytes);
        bytes = all.toByteArray();
    }
}
