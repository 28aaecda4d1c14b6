package io.fleetwall.node.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

/**
 * Replaces a file so that a crash at any moment leaves the old content or the new one, never a
 * mixture: temporary file, fsync, rename, fsync of the directory (which makes the rename last).
 */
public final class DurableFile {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** The JDK copies what it writes out of the heap, and keeps the room for the next time. */
    private static final int PORTION = 1 << 16;

    private DurableFile() {}

    /** Writes {@code content}, readable by its owner only; returns once it is on the disk. */
    public static void write(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        try {
            fill(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            // On a full disk half a file is room that somebody else needs.
            Files.deleteIfExists(temporary);
            throw failed;
        }
        sync(parent(file));
    }

    private static void fill(Path file, byte[] content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        OWNER_ONLY)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                buffer.limit(Math.min(content.length, buffer.position() + PORTION));
                channel.write(buffer);
                buffer.limit(content.length);
            }
            channel.force(true);
        }
    }

    /** Whether that is what a file says already, as at a start that puts in force what it found. */
    public static boolean holds(Path file, byte[] content) throws IOException {
        return Files.exists(file)
                && Files.size(file) == content.length
                && Arrays.equals(Files.readAllBytes(file), content);
    }

    /** Removes a file for good. */
    public static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            sync(parent(file));
        }
    }

    /** Makes a directory, and those above it, that only their owner can look into. */
    public static void directory(Path directory) throws IOException {
        Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
    }

    /** Returns once the names in a directory are on the disk: a synced file may have none yet. */
    public static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
