package io.fleetwall.laboratory.fault;

import io.fleetwall.laboratory.process.Command;
import io.fleetwall.laboratory.process.CommandFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system of its own, in memory, that can be made full and given room again while others
 * write to it. Only for a process in a mount namespace of its own, with which it ends.
 */
public final class SmallDisk implements AutoCloseable {
    private static final long ROOM = 256 << 20;

    /** Whoever writes meanwhile makes it larger than was measured. */
    private static final int ATTEMPTS = 20;

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** A disk with room, in a directory of its own that any user may enter. */
    public static SmallDisk create() {
        try {
            return at(Files.createTempDirectory("fleetwall-disk"));
        } catch (IOException e) {
            throw new UncheckedIOException("directory of a small disk", e);
        }
    }

    private static SmallDisk at(Path directory) {
        Command.run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "mode=755,size=" + ROOM,
                "tmpfs",
                directory.toString());
        return new SmallDisk(directory);
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    /** From now on no file can grow: the disk is as large as what lies on it. */
    public void fill() {
        for (int attempt = 1; ; attempt++) {
            try {
                resize(used());
                return;
            } catch (CommandFailedException grown) {
                if (attempt == ATTEMPTS) {
                    throw grown;
                }
            }
        }
    }

    /** Room again, as if somebody had tidied up. */
    public void clear() {
        resize(ROOM);
    }

    private long used() {
        try {
            FileStore store = Files.getFileStore(directory);
            return store.getTotalSpace() - store.getUnallocatedSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("size of " + directory, e);
        }
    }

    private void resize(long bytes) {
        Command.run("mount", "-o", "remount,size=" + bytes, directory.toString());
    }

    @Override
    public void close() {
        Command.run("umount", "--lazy", directory.toString());
        Command.run("rmdir", directory.toString());
    }
}
