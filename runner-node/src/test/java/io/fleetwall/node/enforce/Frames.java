package io.fleetwall.node.enforce;

import java.nio.ByteBuffer;

/** Frames to be judged. */
final class Frames {
    private static int sourcePort = 20_000;

    private Frames() {}

    /** The first packet of a new TCP connection over IPv4 (RFC 791, RFC 9293). */
    static byte[] syn(byte[] destination, int port) {
        ByteBuffer frame = ByteBuffer.allocate(14 + 20 + 20);
        frame.position(12);
        frame.putShort((short) 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) 40).putInt(0x00004000);
        frame.put((byte) 64).put((byte) 6).putShort((short) 0);
        frame.put(new byte[] {10, 0, 7, 2}).put(destination);
        frame.putShort((short) sourcePort++).putShort((short) port);
        frame.putInt(1).putInt(0).put((byte) 0x50).put((byte) 0x02).putShort((short) 1024);
        return frame.array();
    }
}
