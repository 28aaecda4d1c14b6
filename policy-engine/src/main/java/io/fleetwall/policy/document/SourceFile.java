package io.fleetwall.policy.document;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One file of policy source.
 *
 * @param path relative to the policy directory, with slashes, for example {@code packs/npm.yaml}
 */
public record SourceFile(String path, byte[] bytes) {
    public SourceFile {
        bytes = bytes.clone();
    }

    /** A file from its text. */
    public static SourceFile of(String path, String text) {
        return new SourceFile(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * SHA-256 over all paths and contents, whatever their order: two directories with equal digests
     * say the same.
     */
    public static byte[] digest(Collection<SourceFile> files) {
        SortedMap<String, byte[]> sorted = new TreeMap<>();
        files.forEach(file -> sorted.put(file.path, file.bytes));
        MessageDigest digest = sha256();
        sorted.forEach((path, content) -> {
            update(digest, path.getBytes(StandardCharsets.UTF_8));
            update(digest, content);
        });
        return digest.digest();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The content as text; malformed UTF-8 becomes U+FFFD (the reader reports it). */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Its size in bytes. */
    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SourceFile that
                && path.equals(that.path)
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * path.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "SourceFile[" + path + ", " + bytes.length + " bytes]";
    }

    /** The length first, so that no two lists of parts run together into equal bytes. */
    private static void update(MessageDigest digest, byte[] part) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            digest.update((byte) (part.length >>> shift));
        }
        digest.update(part);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
