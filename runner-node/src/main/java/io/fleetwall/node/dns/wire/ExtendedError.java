package io.fleetwall.node.dns.wire;

import java.nio.charset.StandardCharsets;

/**
 * An Extended DNS Error (RFC 8914): why a query was refused, for people who read {@code dig}.
 *
 * @param code IANA info code
 * @param text UTF-8, cut at {@link #MAX_TEXT} bytes so that a refusal always fits 512 bytes
 */
public record ExtendedError(int code, byte[] text) {
    /** EDNS option code. */
    public static final int OPTION = 15;

    public static final int OTHER = 0;
    public static final int STALE_ANSWER = 3;
    public static final int BLOCKED = 15;
    public static final int FILTERED = 17;
    public static final int NO_REACHABLE_AUTHORITY = 22;

    /** 12 header + 259 question + 11 OPT + 6 option header leave 224 of 512 bytes. */
    private static final int MAX_TEXT = 220;

    public static ExtendedError of(int code, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_TEXT);
        while (length > 0 && length < bytes.length && (bytes[length] & 0xc0) == 0x80) {
            length--;
        }
        byte[] cut = new byte[length];
        System.arraycopy(bytes, 0, cut, 0, length);
        return new ExtendedError(code, cut);
    }
}
