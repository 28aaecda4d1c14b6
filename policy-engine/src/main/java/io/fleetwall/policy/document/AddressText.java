package io.fleetwall.policy.document;

import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * IP addresses as text, strictly: the JDK's parser also takes {@code 10.1} and {@code 0x7f.1}, asks
 * the resolver for anything else, and turns mapped addresses into IPv4 unasked.
 */
public final class AddressText {
    /** Three digits at most, none of them in vain. */
    static final Pattern SHORT_NUMBER = Pattern.compile("0|[1-9][0-9]{0,2}");

    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");

    private AddressText() {}

    /** The 4 or 16 bytes of an address literal, or null. No zone ids, no leading zeros. */
    public static byte @Nullable [] parse(String text) {
        return text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text);
    }

    /** RFC 5952: the longest run of zero groups is {@code ::}. */
    public static String ipv6(byte[] address) {
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int run = i;
            while (run < 8 && group(address, run) == 0) {
                run++;
            }
            if (run - i > bestLength) {
                bestStart = i;
                bestLength = run - i;
            }
        }
        if (bestStart < 0) {
            return groups(address, 0, 8);
        }
        return groups(address, 0, bestStart) + "::" + groups(address, bestStart + bestLength, 8);
    }

    /** Four or sixteen bytes as text; a mapped address as the IPv4 address it is. */
    public static String of(byte[] address) {
        if (address.length == 4) {
            return dotted(address, 0);
        }
        for (int i = 0; i < 12; i++) {
            if (address[i] != (i < 10 ? 0 : (byte) 0xff)) {
                return ipv6(address);
            }
        }
        return dotted(address, 12);
    }

    private static String dotted(byte[] bytes, int at) {
        StringJoiner text = new StringJoiner(".");
        for (int i = at; i < at + 4; i++) {
            text.add(Integer.toString(bytes[i] & 0xff));
        }
        return text.toString();
    }

    private static String groups(byte[] address, int from, int to) {
        StringJoiner text = new StringJoiner(":");
        for (int i = from; i < to; i++) {
            text.add(Integer.toHexString(group(address, i)));
        }
        return text.toString();
    }

    private static int group(byte[] address, int index) {
        return (address[2 * index] & 0xff) << 8 | (address[2 * index + 1] & 0xff);
    }

    private static byte @Nullable [] parseIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            if (!SHORT_NUMBER.matcher(parts[i]).matches() || Integer.parseInt(parts[i]) > 255) {
                return null;
            }
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return bytes;
    }

    private static byte @Nullable [] parseIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] whole = parseGroups(text);
            return whole != null && whole.length == 16 ? whole : null;
        }
        byte[] before = parseGroups(text.substring(0, gap));
        byte[] after = parseGroups(text.substring(gap + 2));
        if (before == null || after == null || before.length + after.length > 14) {
            return null;
        }
        byte[] bytes = new byte[16];
        System.arraycopy(before, 0, bytes, 0, before.length);
        System.arraycopy(after, 0, bytes, 16 - after.length, after.length);
        return bytes;
    }

    /** Groups of hexadecimal digits, the last perhaps a dotted IPv4 address. */
    private static byte @Nullable [] parseGroups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        byte[] ipv4 = parseIpv4(parts[parts.length - 1]);
        int hexGroups = ipv4 == null ? parts.length : parts.length - 1;
        byte[] bytes = new byte[2 * hexGroups + (ipv4 == null ? 0 : 4)];
        for (int i = 0; i < hexGroups; i++) {
            if (!GROUP.matcher(parts[i]).matches()) {
                return null;
            }
            int value = Integer.parseInt(parts[i], 16);
            bytes[2 * i] = (byte) (value >> 8);
            bytes[2 * i + 1] = (byte) value;
        }
        if (ipv4 != null) {
            System.arraycopy(ipv4, 0, bytes, 2 * hexGroups, 4);
        }
        return bytes;
    }
}
