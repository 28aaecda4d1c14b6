package io.fleetwall.policy.packet;

/** The one way to read a frame: from a position to an end, both known to lie inside. */
final class FrameCursor {
    private final byte[] bytes;
    private int at;
    private int end;

    FrameCursor(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    int remaining() {
        return end - at;
    }

    /** An unsigned byte {@code offset} behind the position. */
    int u8(int offset) throws UnparsedException {
        require(offset + 1, Flaw.TRUNCATED);
        return bytes[at + offset] & 0xff;
    }

    int u16(int offset) throws UnparsedException {
        return u8(offset) << 8 | u8(offset + 1);
    }

    long u32(int offset) throws UnparsedException {
        return (long) u16(offset) << 16 | u16(offset + 2);
    }

    Address address(int offset, int count) throws UnparsedException {
        require(offset + count, Flaw.TRUNCATED);
        return Address.at(bytes, at + offset, count);
    }

    void skip(int count) throws UnparsedException {
        require(count, Flaw.TRUNCATED);
        at += count;
    }

    /** The packet ends here, whatever padding the link appended. */
    void limit(int count) throws UnparsedException {
        require(count, Flaw.TRUNCATED);
        end = at + count;
    }

    void require(int count, Flaw flaw) throws UnparsedException {
        if (count > end - at) {
            throw new UnparsedException(flaw);
        }
    }
}
