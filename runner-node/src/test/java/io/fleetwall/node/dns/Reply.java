package io.fleetwall.node.dns;

import java.util.ArrayList;
import java.util.List;

/** Reads what a client got, without the code under test. */
record Reply(byte[] bytes) {
    int id() {
        return u16(0);
    }

    int code() {
        return bytes[3] & 0xf;
    }

    boolean truncated() {
        return (bytes[2] & 2) != 0;
    }

    int answers() {
        return u16(6);
    }

    int authorities() {
        return u16(8);
    }

    /** The question's name as it was sent back, length bytes and all. */
    String question() {
        int length = Message.questionEnd(bytes) - 16;
        return new String(bytes, 12, length, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** The TTLs of answer and authority, in order. */
    List<Integer> ttls() {
        List<Integer> ttls = new ArrayList<>();
        int at = Message.questionEnd(bytes);
        for (int i = 0; i < answers() + authorities(); i++) {
            at = skipName(at);
            ttls.add(u16(at + 4) << 16 | u16(at + 6));
            at += 10 + u16(at + 8);
        }
        return ttls;
    }

    /** Data of the answer records as hex, in order. */
    List<String> data() {
        List<String> data = new ArrayList<>();
        int at = Message.questionEnd(bytes);
        for (int i = 0; i < answers(); i++) {
            at = skipName(at);
            int length = u16(at + 8);
            data.add(java.util.HexFormat.of().formatHex(bytes, at + 10, at + 10 + length));
            at += 10 + length;
        }
        return data;
    }

    private int skipName(int from) {
        int at = from;
        while (bytes[at] != 0) {
            if ((bytes[at] & 0xc0) == 0xc0) {
                return at + 2;
            }
            at += 1 + bytes[at];
        }
        return at + 1;
    }

    private int u16(int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }
}
