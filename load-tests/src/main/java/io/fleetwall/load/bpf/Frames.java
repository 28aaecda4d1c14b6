package io.fleetwall.load.bpf;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** TCP frames of one machine to one of the benchmark's networks. */
final class Frames {
    static final byte SYN = 0x02;
    static final byte ACK = 0x10;

    private static final String ETHERNET = "020000000002" + "020000000001";
    private static final String FOUR =
            "0800" + "45000064" + "00014000" + "40060000" + "0ac80002" + "0a000101";
    private static final String SIX =
            "86dd"
                    + "60000000"
                    + "00500640"
                    + "fd000000000000000000000000000002"
                    + "20010db8000000010000000000000001";

    /** 1,500-byte packets are read no further than these. */
    private static final int PAYLOAD = 60;

    private Frames() {}

    static byte[] four(int port, byte flags) {
        return tcp(FOUR, port, flags);
    }

    static byte[] six(int port, byte flags) {
        return tcp(SIX, port, flags);
    }

    private static byte[] tcp(String ip, int port, byte flags) {
        byte[] headers = HexFormat.of().parseHex(ETHERNET + ip);
        return ByteBuffer.allocate(headers.length + 20 + PAYLOAD)
                .put(headers)
                .putShort((short) 40_000)
                .putShort((short) port)
                .putLong(1)
                .put((byte) 0x50)
                .put(flags)
                .array();
    }
}
