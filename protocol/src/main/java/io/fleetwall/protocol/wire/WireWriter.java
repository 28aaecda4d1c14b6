package io.fleetwall.protocol.wire;

import io.fleetwall.protocol.message.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Appends big-endian numbers, and texts and lists with their length in front. */
public final class WireWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    /** What was written. */
    public byte[] bytes() {
        return out.toByteArray();
    }

    void u8(int value) {
        out.write(value);
    }

    void u16(int value) {
        out.write(value >>> 8);
        out.write(value);
    }

    void u32(int value) {
        u16(value >>> 16);
        u16(value);
    }

    void i64(long value) {
        u32((int) (value >>> 32));
        u32((int) value);
    }

    void instant(Instant value) {
        i64(value.toEpochMilli());
    }

    void uuid(UUID value) {
        i64(value.getMostSignificantBits());
        i64(value.getLeastSignificantBits());
    }

    void digest(Digest value) {
        out.writeBytes(value.bytes());
    }

    void blob(byte[] value) {
        u32(value.length);
        out.writeBytes(value);
    }

    void text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > WireReader.MAX_TEXT) {
            throw new IllegalArgumentException("text of " + utf8.length + " bytes");
        }
        u16(utf8.length);
        out.writeBytes(utf8);
    }

    <T> void optional(Optional<T> value, BiConsumer<WireWriter, T> write) {
        u8(value.isPresent() ? 1 : 0);
        value.ifPresent(v -> write.accept(this, v));
    }

    <T> void list(List<T> values, BiConsumer<WireWriter, T> write) {
        if (values.size() > WireReader.MAX_LIST) {
            throw new IllegalArgumentException("list of " + values.size());
        }
        u16(values.size());
        values.forEach(v -> write.accept(this, v));
    }
}
