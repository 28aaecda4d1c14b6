package io.fleetwall.node.dns.wire;

import java.util.Arrays;

/**
 * Copies the data of an SVCB or HTTPS record (RFC 9460) without its address hints and, where that
 * is asked for, without {@code ech}.
 *
 * <p>A client may connect to a hint without asking for A or AAAA, but nobody would have taught the
 * kernel that address: the connection would fail for no visible reason. Without hints it asks, and
 * the answer is learned. A record whose {@code mandatory} list names what is left out keeps the
 * list without it, for the same reason.
 */
final class ServiceRecord {
    private static final int MANDATORY = 0;
    private static final int IPV4_HINT = 4;
    private static final int ECH = 5;
    private static final int IPV6_HINT = 6;

    private final byte[] name = new byte[MessageCursor.MAX_NAME];
    private final AnswerLimits.Ech ech;
    private byte[] value = new byte[64];

    ServiceRecord(AnswerLimits.Ech ech) {
        this.ech = ech;
    }

    /**
     * Breaks the cursor when the data is malformed.
     *
     * @return whether something was left out
     */
    boolean copy(MessageCursor from, MessageWriter out) {
        int start = from.remaining();
        int before = out.length();
        copyAll(from, out);
        return out.length() - before != start;
    }

    private void copyAll(MessageCursor from, MessageWriter out) {
        out.u16(from.u16());
        int length = from.plainName(name);
        out.bytes(name, 0, length);
        int last = -1;
        while (!from.broken() && from.remaining() > 0) {
            int key = from.u16();
            int size = from.u16();
            if (key <= last || size > from.remaining()) {
                from.breakOff();
                return;
            }
            last = key;
            parameter(from, out, key, size);
        }
    }

    private void parameter(MessageCursor from, MessageWriter out, int key, int size) {
        value = value.length < size ? new byte[size] : value;
        from.bytes(value, size);
        if (isLeftOut(key)) {
            return;
        }
        int kept = key == MANDATORY ? withoutLeftOut(size) : size;
        if (kept == 0 && size > 0) {
            return;
        }
        out.u16(key);
        out.u16(kept);
        out.bytes(value, 0, kept);
    }

    private boolean isLeftOut(int key) {
        return switch (key) {
            case IPV4_HINT, IPV6_HINT -> true;
            case ECH -> ech == AnswerLimits.Ech.STRIPPED;
            default -> false;
        };
    }

    private int withoutLeftOut(int size) {
        byte[] keys = Arrays.copyOf(value, size);
        int kept = 0;
        for (int i = 0; i + 1 < size; i += 2) {
            int key = ((keys[i] & 0xff) << 8) | (keys[i + 1] & 0xff);
            if (!isLeftOut(key)) {
                value[kept++] = keys[i];
                value[kept++] = keys[i + 1];
            }
        }
        return kept;
    }
}
