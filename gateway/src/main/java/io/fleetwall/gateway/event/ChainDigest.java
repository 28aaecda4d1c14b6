package io.fleetwall.gateway.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over numbers and texts in one unambiguous form: a number is 8 bytes, big endian; a text
 * is the number of its UTF-8 bytes and then these. So no two rows have the same bytes.
 */
final class ChainDigest {
    private final MessageDigest digest = sha256();

    /** What is small waits here, because each update of a digest costs a call. */
    private final ByteBuffer waiting = ByteBuffer.allocate(4096);

    ChainDigest number(long value) {
        room(Long.BYTES);
        waiting.putLong(value);
        return this;
    }

    ChainDigest text(String text) {
        return text(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A text's bytes in UTF-8. */
    ChainDigest text(byte[] text) {
        number(text.length);
        if (text.length > waiting.capacity()) {
            flush();
            digest.update(text);
        } else {
            room(text.length);
            waiting.put(text);
        }
        return this;
    }

    private void room(int bytes) {
        if (waiting.remaining() < bytes) {
            flush();
        }
    }

    private void flush() {
        digest.update(waiting.array(), 0, waiting.position());
        waiting.clear();
    }

    String hex() {
        flush();
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
