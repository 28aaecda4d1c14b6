package io.fleetwall.node.dns.wire;

/**
 * The only way to read a DNS message: a position that cannot leave the bytes it was given.
 *
 * <p>A read past the end, a bad name or a wrong length makes the cursor <em>broken</em>: every
 * later read yields zero, and the caller asks {@link #broken()} once at the end. So hostile input
 * costs neither an exception nor a forgotten check. Reused; not thread-safe.
 */
public final class MessageCursor {
    /** RFC 1035 section 2.3.4, including the root's zero byte. */
    public static final int MAX_NAME = 255;

    private static final int MAX_LABEL = 63;
    private static final int POINTER = 0xc0;

    private byte[] message = new byte[0];
    private int position;
    private int end;
    private boolean broken;

    /** Starts again at the first of {@code length} bytes. */
    public MessageCursor over(byte[] bytes, int length) {
        return over(bytes, 0, length);
    }

    /** Starts again at {@code from}; offsets and compression stay relative to the array's start. */
    public MessageCursor over(byte[] bytes, int from, int to) {
        message = bytes;
        broken = from < 0 || to < from || to > bytes.length;
        position = broken ? 0 : from;
        end = broken ? 0 : to;
        return this;
    }

    public boolean broken() {
        return broken;
    }

    public int position() {
        return position;
    }

    public int remaining() {
        return end - position;
    }

    public int u8() {
        return require(1) ? message[position++] & 0xff : 0;
    }

    public int u16() {
        if (!require(2)) {
            return 0;
        }
        int value = pair(position);
        position += 2;
        return value;
    }

    public long u32() {
        long high = u16();
        return high << 16 | u16();
    }

    public void skip(int count) {
        if (require(count)) {
            position += count;
        }
    }

    public void bytes(byte[] into, int count) {
        if (require(count)) {
            System.arraycopy(message, position, into, 0, count);
            position += count;
        }
    }

    /** Makes the cursor broken: what was read makes no sense to the caller. */
    public void breakOff() {
        broken = true;
        position = end;
    }

    /**
     * Reads a name without compression, as questions of a query are, lower-cased into {@code into}.
     *
     * @return its length including the root's zero byte; 0 when broken
     */
    public int plainName(byte[] into) {
        int length = 0;
        while (!broken) {
            int label = u8();
            if (label > MAX_LABEL || length + 1 + label > MAX_NAME - (label == 0 ? 0 : 1)) {
                break;
            }
            into[length++] = (byte) label;
            if (label == 0) {
                return broken ? 0 : length;
            }
            if (!require(label)) {
                break;
            }
            length = lowered(position, label, into, length);
            position += label;
        }
        breakOff();
        return 0;
    }

    /**
     * Reads a name, following compression pointers (RFC 1035 section 4.1.4), lower-cased into
     * {@code into}. Each pointer must lead before the place where the previous run of labels began,
     * so a loop cannot be written.
     *
     * @return its length including the root's zero byte; 0 when broken
     */
    public int name(byte[] into) {
        int length = 0;
        int from = position;
        int at = position;
        int after = -1;
        while (!broken && at < end) {
            int label = message[at] & 0xff;
            if (label >= POINTER) {
                int target = at + 1 < end ? pair(at) & 0x3fff : from;
                if (target >= from) {
                    break;
                }
                after = after < 0 ? at + 2 : after;
                from = target;
                at = target;
                continue;
            }
            if (label > MAX_LABEL
                    || length + 1 + label > MAX_NAME - (label == 0 ? 0 : 1)
                    || at + 1 + label > end) {
                break;
            }
            into[length++] = (byte) label;
            at++;
            if (label == 0) {
                position = after < 0 ? at : after;
                return length;
            }
            length = lowered(at, label, into, length);
            at += label;
        }
        breakOff();
        return 0;
    }

    private int lowered(int from, int count, byte[] into, int length) {
        for (int i = 0; i < count; i++) {
            into[length + i] = Names.lower(message[from + i]);
        }
        return length + count;
    }

    private int pair(int at) {
        return ((message[at] & 0xff) << 8) | (message[at + 1] & 0xff);
    }

    private boolean require(int count) {
        if (count < 0 || count > end - position) {
            breakOff();
        }
        return !broken;
    }
}
