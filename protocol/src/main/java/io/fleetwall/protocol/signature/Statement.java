package io.fleetwall.protocol.signature;

import io.fleetwall.protocol.message.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The bytes a signature covers; a prefix keeps what a key says of policies and of keys apart. */
final class Statement {
    private static final byte[] PREFIX =
            "fleetwall policy statement 1\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] KEYS =
            "fleetwall key statement 1\n".getBytes(StandardCharsets.US_ASCII);

    private Statement() {}

    /** Each key with its length before it, so that no two lists have the same bytes. */
    static byte[] ofKeys(long number, List<byte[]> keys) {
        int size = keys.stream().mapToInt(key -> Integer.BYTES + key.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(KEYS.length + Long.BYTES + size);
        bytes.put(KEYS).putLong(number);
        keys.forEach(key -> bytes.putInt(key.length).put(key));
        return bytes.array();
    }

    static byte[] of(long revision, Digest scope, Digest policy) {
        return ByteBuffer.allocate(PREFIX.length + Long.BYTES + 2 * Digest.LENGTH)
                .put(PREFIX)
                .putLong(revision)
                .put(scope.bytes())
                .put(policy.bytes())
                .array();
    }
}
