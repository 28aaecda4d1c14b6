package io.fleetwall.node.dns;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Unpredictable bits by the block: ids, letter case and socket choice take three a miss, and a call
 * to the system's generator for each would be the dearest part of it. Not thread-safe.
 */
final class SecureBits implements RandomGenerator {
    private final SecureRandom source = new SecureRandom();
    private final byte[] block = new byte[2048];
    private ByteBuffer left = ByteBuffer.wrap(block).limit(0);

    @Override
    public long nextLong() {
        if (!left.hasRemaining()) {
            source.nextBytes(block);
            left = ByteBuffer.wrap(block);
        }
        return left.getLong();
    }
}
