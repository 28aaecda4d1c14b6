package io.fleetwall.protocol.wire;

import io.fleetwall.protocol.message.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The one bounded cursor over a message's bytes. Every read names what it needs before it takes it,
 * so that no length on the wire can allocate more than the frame holds.
 */
final class WireReader {
    /** A text's bytes: no name, rule or reason is near it. */
    static final int MAX_TEXT = 0xffff;

    /** A list's elements: 1,024 events, or the runners of the largest node, with a reserve. */
    static final int MAX_LIST = 8192;

    private final ByteBuffer in;

    WireReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    /** Reads one element of a list or an optional. */
    interface Part<T> {
        T read(WireReader reader) throws MalformedMessageException;
    }

    MalformedMessageException malformed(String problem) {
        return new MalformedMessageException(in.position(), problem);
    }

    private void require(int bytes) throws MalformedMessageException {
        if (in.remaining() < bytes) {
            throw malformed("needs " + bytes + " bytes, has " + in.remaining());
        }
    }

    void end() throws MalformedMessageException {
        if (in.hasRemaining()) {
            throw malformed(in.remaining() + " bytes too many");
        }
    }

    int u8() throws MalformedMessageException {
        require(1);
        return in.get() & 0xff;
    }

    int u16() throws MalformedMessageException {
        require(2);
        return in.getShort() & 0xffff;
    }

    int i32() throws MalformedMessageException {
        require(4);
        return in.getInt();
    }

    long i64() throws MalformedMessageException {
        require(8);
        return in.getLong();
    }

    long positive() throws MalformedMessageException {
        long value = i64();
        if (value < 1) {
            throw malformed("expected a positive number, found " + value);
        }
        return value;
    }

    Instant instant() throws MalformedMessageException {
        return Instant.ofEpochMilli(i64());
    }

    UUID uuid() throws MalformedMessageException {
        return new UUID(i64(), i64());
    }

    Digest digest() throws MalformedMessageException {
        return new Digest(take(Digest.LENGTH));
    }

    byte[] blob() throws MalformedMessageException {
        int length = i32();
        if (length < 0) {
            throw malformed("length " + length);
        }
        return take(length);
    }

    private byte[] take(int length) throws MalformedMessageException {
        require(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    String text() throws MalformedMessageException {
        int length = u16();
        require(length);
        ByteBuffer slice = in.slice(in.position(), length);
        int from = in.arrayOffset() + in.position();
        String text = new String(in.array(), from, length, StandardCharsets.UTF_8);
        // Several times as fast as a decoder; it puts this character for what is not UTF-8.
        if (text.indexOf('\uFFFD') >= 0) {
            text = strict(slice);
        }
        in.position(in.position() + length);
        return text;
    }

    private String strict(ByteBuffer slice) throws MalformedMessageException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
        } catch (CharacterCodingException e) {
            throw malformed("text is not UTF-8");
        }
    }

    <T> Optional<T> optional(Part<T> part) throws MalformedMessageException {
        return switch (u8()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(part.read(this));
            default -> throw malformed("presence is neither 0 nor 1");
        };
    }

    <T> List<T> list(Part<T> part) throws MalformedMessageException {
        int count = u16();
        if (count > MAX_LIST) {
            throw malformed("list of " + count);
        }
        require(count);
        List<T> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(part.read(this));
        }
        return values;
    }
}
