package io.fleetwall.protocol.message;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A SHA-256 digest (FIPS 180-4) that names content: a scope, or an effective policy's canonical
 * bytes.
 *
 * @param bytes 32 bytes
 */
public record Digest(byte[] bytes) {
    /** Length in bytes. */
    public static final int LENGTH = 32;

    /** The digest of nothing in force: 32 zero bytes. */
    public static final Digest NONE = new Digest(new byte[LENGTH]);

    public Digest {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("digest of " + bytes.length + " bytes");
        }
        bytes = bytes.clone();
    }

    /** The digest of {@code content}. */
    public static Digest of(byte[] content) {
        try {
            return new Digest(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Reads 64 hexadecimal digits. */
    public static Digest parse(String hex) {
        return new Digest(HexFormat.of().parseHex(hex));
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The first twelve digits, for people. */
    public String brief() {
        return toString().substring(0, 12);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
