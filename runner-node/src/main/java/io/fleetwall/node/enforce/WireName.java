package io.fleetwall.node.enforce;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A name as DNS writes it: lower-case labels with their lengths, up to the root's zero. Text is
 * only made for people.
 */
record WireName(byte[] labels) {
    @Override
    public boolean equals(Object other) {
        return other instanceof WireName that && Arrays.equals(labels, that.labels);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(labels);
    }

    /** Presentation form without the last dot; bytes that are no letters are escaped (RFC 4343). */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(labels.length);
        ByteBuffer in = ByteBuffer.wrap(labels);
        while (in.hasRemaining()) {
            int length = in.get() & 0xff;
            if (length == 0 || length > in.remaining()) {
                break;
            }
            if (!text.isEmpty()) {
                text.append('.');
            }
            for (int i = 0; i < length; i++) {
                append(text, in.get() & 0xff);
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, int octet) {
        if (octet == '.' || octet == '\\') {
            text.append('\\').append((char) octet);
        } else if (octet > ' ' && octet < 0x7f) {
            text.append((char) octet);
        } else {
            text.append("\\%03d".formatted(octet));
        }
    }
}
