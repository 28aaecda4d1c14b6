package io.fleetwall.protocol.signature;

import io.fleetwall.protocol.message.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The bytes a policy signature covers; the prefix keeps the key's other signatures apart. */
final class Statement {
    private static final byte[] PREFIX =
            "fleetwall policy statement 1\n".getBytes(StandardCharsets.US_ASCII);

    private Statement() {}

    static byte[] of(long revision, Digest scope, Digest policy) {
        return ByteBuffer.allocate(PREFIX.length + Long.BYTES + 2 * Digest.LENGTH)
                .put(PREFIX)
                .putLong(revision)
                .put(scope.bytes())
                .put(policy.bytes())
                .array();
    }
}
