package io.fleetwall.node.dns.wire;

import java.util.Arrays;

/**
 * Writes one DNS message of bounded length. A write that does not fit marks the writer full, and
 * everything after it is void; the caller asks {@link #full()} once.
 *
 * <p>Names are compressed against names already written (RFC 1035 section 4.1.4), because a longer
 * reply is a truncated one. Reused; not thread-safe.
 */
public final class MessageWriter {
    /** Suffixes remembered for compression; a chain of 16 names of three new labels each fits. */
    private static final int SUFFIXES = 48;

    private static final int POINTER_REACH = 0x3fff;

    /** Nearly every message fits; the buffer grows for those that do not. */
    private static final int USUAL = 2048;

    private final int capacity;
    private byte[] message;
    private final int[] suffixes = new int[SUFFIXES];
    private int suffixCount;
    private int position;
    private boolean full;

    public MessageWriter(int capacity) {
        this.capacity = capacity;
        message = new byte[Math.min(USUAL, capacity)];
    }

    /** Starts an empty message. */
    public MessageWriter restart() {
        position = 0;
        suffixCount = 0;
        full = false;
        return this;
    }

    public boolean full() {
        return full;
    }

    /**
     * The buffer itself, until more is written; the message is its first {@link #length()} bytes.
     */
    public byte[] buffer() {
        return message;
    }

    public int length() {
        return position;
    }

    public void u8(int value) {
        if (fits(1)) {
            message[position++] = (byte) value;
        }
    }

    public void u16(int value) {
        if (fits(2)) {
            u16(position, value);
            position += 2;
        }
    }

    public void u32(long value) {
        u16((int) (value >>> 16) & 0xffff);
        u16((int) value & 0xffff);
    }

    /** Overwrites two bytes already written. */
    public void u16(int at, int value) {
        if (at + 2 <= message.length) {
            message[at] = (byte) (value >>> 8);
            message[at + 1] = (byte) value;
        }
    }

    /** Overwrites four bytes already written. */
    public void u32(int at, long value) {
        u16(at, (int) (value >>> 16) & 0xffff);
        u16(at + 2, (int) value & 0xffff);
    }

    public void bytes(byte[] from, int offset, int count) {
        if (fits(count)) {
            System.arraycopy(from, offset, message, position, count);
            position += count;
        }
    }

    /** Overwrites bytes already written. */
    public void overwrite(int at, byte[] from, int count) {
        if (at + count <= position) {
            System.arraycopy(from, 0, message, at, count);
        }
    }

    /** Writes a name as it stands and remembers its suffixes; the question's way. */
    public void plainName(byte[] name, int length) {
        int start = position;
        bytes(name, 0, length);
        for (int at = 0; !full && at < length && name[at] != 0; at += 1 + name[at]) {
            remember(start + at);
        }
    }

    /** Writes a lower-case name, its longest known suffix as a pointer. */
    public void name(byte[] name, int length) {
        int at = 0;
        while (at < length && name[at] != 0) {
            int known = find(name, at);
            if (known >= 0) {
                u16(0xc000 | known);
                return;
            }
            remember(position);
            bytes(name, at, 1 + name[at]);
            at += 1 + name[at];
        }
        u8(0);
    }

    private void remember(int at) {
        if (suffixCount < SUFFIXES && at <= POINTER_REACH) {
            suffixes[suffixCount++] = at;
        }
    }

    private int find(byte[] name, int from) {
        for (int i = 0; i < suffixCount; i++) {
            if (same(suffixes[i], name, from)) {
                return suffixes[i];
            }
        }
        return -1;
    }

    /** Follows only what this writer wrote itself, so pointers lead backwards and end. */
    private boolean same(int written, byte[] name, int from) {
        int at = written;
        int i = from;
        while (true) {
            while ((message[at] & 0xc0) == 0xc0) {
                at = ((message[at] & 0x3f) << 8) | (message[at + 1] & 0xff);
            }
            int label = message[at];
            if (label != name[i]) {
                return false;
            }
            if (label == 0) {
                return true;
            }
            for (int last = at + label; at < last; ) {
                if (Names.lower(message[++at]) != name[++i]) {
                    return false;
                }
            }
            at++;
            i++;
        }
    }

    private boolean fits(int count) {
        full |= count > capacity - position;
        if (!full && count > message.length - position) {
            int doubled = Math.min(capacity, 2 * message.length);
            message = Arrays.copyOf(message, Math.max(doubled, position + count));
        }
        return !full;
    }
}
