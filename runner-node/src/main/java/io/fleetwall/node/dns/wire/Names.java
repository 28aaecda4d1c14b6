package io.fleetwall.node.dns.wire;

import java.util.Arrays;

/** Questions about names in wire form: length-prefixed labels, closed by the root's zero byte. */
public final class Names {
    private static final byte[] IN_ADDR_ARPA = wire("in-addr.arpa");
    private static final byte[] IP6_ARPA = wire("ip6.arpa");

    private Names() {}

    /** ASCII lower case of one byte; other bytes stay (RFC 4343). */
    public static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }

    /**
     * Whether every label holds only letters, digits, hyphen and underscore: what a policy can name
     * and a host can be called. Anything else (NUL, a dot inside a label, bytes above 0x7f) only
     * confuses software that turns names into text.
     */
    public static boolean isHostName(byte[] name, int length) {
        int i = 0;
        while (i < length && name[i] != 0) {
            for (int last = i + name[i]; i < last; ) {
                byte b = lower(name[++i]);
                if (!letterDigitHyphen(b) && b != '_') {
                    return false;
                }
            }
            i++;
        }
        return i == length - 1;
    }

    private static boolean letterDigitHyphen(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-';
    }

    /** Whether a lower-case name is one of, or below, the trees that map addresses to names. */
    public static boolean isReverse(byte[] name, int length) {
        return endsWith(name, length, IN_ADDR_ARPA) || endsWith(name, length, IP6_ARPA);
    }

    private static boolean endsWith(byte[] name, int length, byte[] suffix) {
        int at = 0;
        while (length - at > suffix.length) {
            at += 1 + name[at];
        }
        return Arrays.equals(name, at, length, suffix, 0, suffix.length);
    }

    /**
     * Wire form of a dotted name from this program's own text (constants, tests); names from
     * outside never pass through text.
     */
    public static byte[] wire(String dotted) {
        String text = dotted.endsWith(".") ? dotted.substring(0, dotted.length() - 1) : dotted;
        byte[] name = new byte[text.isEmpty() ? 1 : text.length() + 2];
        int at = 0;
        for (String label : text.isEmpty() ? new String[0] : text.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > 63 || name.length > MessageCursor.MAX_NAME) {
                throw new IllegalArgumentException("not a domain name: " + dotted);
            }
            name[at++] = (byte) label.length();
            for (int i = 0; i < label.length(); i++) {
                name[at++] = lower((byte) label.charAt(i));
            }
        }
        return name;
    }

    /** Presentation form for people (RFC 1035 section 5.1 escapes), without the trailing dot. */
    public static String text(byte[] name) {
        StringBuilder text = new StringBuilder(name.length);
        int i = 0;
        while (i < name.length && name[i] != 0) {
            if (!text.isEmpty()) {
                text.append('.');
            }
            for (int last = Math.min(i + name[i], name.length - 1); i < last; ) {
                escaped(text, name[++i] & 0xff);
            }
            i++;
        }
        return text.isEmpty() ? "." : text.toString();
    }

    private static void escaped(StringBuilder text, int b) {
        if (b == '.' || b == '\\') {
            text.append('\\').append((char) b);
        } else if (b > 0x20 && b < 0x7f) {
            text.append((char) b);
        } else {
            text.append('\\').append((char) ('0' + b / 100));
            text.append((char) ('0' + b / 10 % 10)).append((char) ('0' + b % 10));
        }
    }
}
