package io.fleetwall.gateway.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the gateway keeps what must survive it. Only its owner may enter (0700), and keys are never
 * readable by others even for a moment: files are made with their mode, then renamed into place.
 */
public final class StateDirectory {
    /** What all gateways of a fleet have alike. */
    public static final List<String> COMMON =
            List.of("ca.pem", "ca.key", "fleet-signing.key", BusIdentity.FILE, "admin.token");

    private final Path directory;

    private StateDirectory(Path directory) {
        this.directory = directory;
    }

    /** Makes the directory where it is missing and closes it to others. */
    public static StateDirectory open(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            return new StateDirectory(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException("state directory " + directory, failed);
        }
    }

    /** The path of a file in it. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    /** Whether there is such a file. */
    boolean has(String name) {
        return Files.exists(file(name));
    }

    /** The content of a file, if there is one. */
    public Optional<String> read(String name) {
        try {
            Path file = file(name);
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException failed) {
            throw new UncheckedIOException("read " + file(name), failed);
        }
    }

    /** Writes a file that only the owner may read; complete and synced, or not there at all. */
    public void write(String name, String content) {
        Path fresh = file(name + ".new");
        try {
            Files.deleteIfExists(fresh);
            var mode = PosixFilePermissions.fromString("rw-------");
            try (FileChannel channel =
                    FileChannel.open(
                            fresh,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(mode))) {
                ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new UncheckedIOException("write " + file(name), failed);
        }
    }
}
