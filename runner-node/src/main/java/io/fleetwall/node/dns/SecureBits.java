package io.fleetwall.node.dns;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * Unpredictable bits by the block, from the kernel's generator: ids, letter case and socket choice
 * take some of each miss. Not thread-safe.
 *
 * <p>Not by SecureRandom, which reads the same source and then mixes it with a SHA-1 generator of
 * its own: 16 µs a block instead of 4.
 */
final class SecureBits implements RandomGenerator {
    private final byte[] block = new byte[2048];
    private ByteBuffer left = ByteBuffer.wrap(block).limit(0);

    /** Open as long as the process lives. */
    private static final class Source {
        private static final FileInputStream KERNEL = open();

        private static FileInputStream open() {
            try {
                return new FileInputStream("/dev/urandom");
            } catch (IOException e) {
                throw new UncheckedIOException("no random numbers", e);
            }
        }
    }

    @Override
    public int nextInt() {
        return atLeast(Integer.BYTES).getInt();
    }

    @Override
    public long nextLong() {
        return atLeast(Long.BYTES).getLong();
    }

    private ByteBuffer atLeast(int bytes) {
        if (left.remaining() < bytes) {
            fill();
        }
        return left;
    }

    private void fill() {
        try {
            int read = Source.KERNEL.readNBytes(block, 0, block.length);
            if (read < block.length) {
                throw new IOException("the source of random numbers has ended");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no random numbers", e);
        }
        left = ByteBuffer.wrap(block);
    }
}
