package io.fleetwall.gateway.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Rows in the text format of PostgreSQL's COPY: columns end with a tab, rows with a line feed, and
 * these and the backslash are escaped. Written as bytes from the start, as rows are many.
 */
final class CopyText {
    /** A denial has about 1 KiB. */
    private static final int ROW = 1280;

    private byte[] bytes;
    private int length;

    CopyText(Engine.Rows rows) {
        this.bytes = new byte[rows.values().size() * ROW];
        for (List<Object> values : rows.values()) {
            for (int i = 0; i < values.size(); i++) {
                if (i > 0) {
                    room(1);
                    bytes[length++] = '\t';
                }
                column(values.get(i));
            }
            room(1);
            bytes[length++] = '\n';
        }
    }

    /** The text is at the beginning of these. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    private void column(Object value) {
        byte[] text =
                value instanceof byte[] utf8
                        ? utf8
                        : value.toString().getBytes(StandardCharsets.UTF_8);
        room(2 * text.length);
        for (byte one : text) {
            switch (one) {
                case '\\' -> escaped('\\');
                case '\t' -> escaped('t');
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                default -> bytes[length++] = one;
            }
        }
    }

    private void escaped(char letter) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) letter;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }
}
