package io.fleetwall.node.dns;

import io.fleetwall.node.dns.wire.Names;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Writes DNS messages byte by byte, without the code under test: good ones and bad ones. */
final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final int[] counts = new int[4];

    static Message query(int id, String name, int type) {
        return header(id, 0x0100).question(name, type);
    }

    /** A response that repeats the question bytes of a query. */
    static Message response(byte[] query, int flags) {
        Message response = header(((query[0] & 0xff) << 8) | (query[1] & 0xff), flags);
        response.counts[0] = 1;
        response.out.write(query, 12, questionEnd(query) - 12);
        return response;
    }

    static Message header(int id, int flags) {
        Message message = new Message();
        message.u16(id).u16(flags).u16(0).u16(0).u16(0).u16(0);
        return message;
    }

    static int questionEnd(byte[] message) {
        int at = 12;
        while (message[at] != 0) {
            at += 1 + message[at];
        }
        return at + 5;
    }

    Message question(String name, int type) {
        counts[0]++;
        return bytes(Names.wire(name)).u16(type).u16(1);
    }

    /** An answer record; {@code hex} is its data. */
    Message answer(String owner, int type, long ttl, String hex) {
        counts[1]++;
        return record(owner, type, ttl, hex);
    }

    Message authority(String owner, int type, long ttl, String hex) {
        counts[2]++;
        return record(owner, type, ttl, hex);
    }

    Message additional(String owner, int type, long ttl, String hex) {
        counts[3]++;
        return record(owner, type, ttl, hex);
    }

    /** An OPT record that offers a payload size. */
    Message edns(int payload) {
        counts[3]++;
        return bytes(new byte[] {0}).u16(41).u16(payload).u16(0).u16(0).u16(0);
    }

    /** An OPT record that asks for signatures (RFC 3225). */
    Message dnssec() {
        counts[3]++;
        return bytes(new byte[] {0}).u16(41).u16(1232).u16(0).u16(0x8000).u16(0);
    }

    byte[] done() {
        byte[] message = out.toByteArray();
        for (int i = 0; i < 4; i++) {
            message[4 + 2 * i] = (byte) (counts[i] >>> 8);
            message[5 + 2 * i] = (byte) counts[i];
        }
        return message;
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static String name(String dotted) {
        return hex(Names.wire(dotted));
    }

    private Message record(String owner, int type, long ttl, String hex) {
        byte[] data = HexFormat.of().parseHex(hex);
        bytes(Names.wire(owner)).u16(type).u16(1);
        return u16((int) (ttl >>> 16)).u16((int) ttl).u16(data.length).bytes(data);
    }

    private Message u16(int value) {
        out.write(value >>> 8);
        out.write(value);
        return this;
    }

    private Message bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }
}
