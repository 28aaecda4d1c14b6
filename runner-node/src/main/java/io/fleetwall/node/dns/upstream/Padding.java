package io.fleetwall.node.dns.upstream;

import java.util.Arrays;

/**
 * Makes questions equally long (RFC 7830), in steps of 128 bytes (RFC 8467), so that who watches an
 * encrypted connection cannot tell names by their length.
 */
final class Padding {
    private static final int STEP = 128;
    private static final int OPTION = 12;
    private static final int OPTION_HEADER = 4;

    private Padding() {}

    /**
     * The question with the option.
     *
     * @param question ends in an OPT record without options
     */
    static byte[] padded(byte[] question) {
        int least = question.length + OPTION_HEADER;
        byte[] padded = Arrays.copyOf(question, (least + STEP - 1) / STEP * STEP);
        int zeros = padded.length - least;
        u16(padded, question.length - 2, OPTION_HEADER + zeros);
        u16(padded, question.length, OPTION);
        u16(padded, question.length + 2, zeros);
        return padded;
    }

    private static void u16(byte[] message, int at, int value) {
        message[at] = (byte) (value >>> 8);
        message[at + 1] = (byte) value;
    }
}
