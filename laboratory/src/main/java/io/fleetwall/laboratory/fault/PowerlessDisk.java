package io.fleetwall.laboratory.fault;

import io.fleetwall.laboratory.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk of its own (ext4 in an image) from which the power can be taken: what had not been written
 * through is gone, as the page cache is, and the journal is replayed at the next mount.
 */
public final class PowerlessDisk implements AutoCloseable {
    private final Path image;
    private final Path place;

    private PowerlessDisk(Path image, Path place) {
        this.image = image;
        this.place = place;
    }

    /**
     * Makes and mounts a disk of 64 MiB; root, in a mount namespace of the caller's own.
     *
     * @param directory for the image and the mount
     */
    public static PowerlessDisk mount(Path directory) throws IOException {
        Path image = directory.resolve("disk.img");
        Command.run("truncate", "-s", "64M", image.toString());
        Command.run("mkfs.ext4", "-q", "-F", image.toString());
        return mounted(image, Files.createDirectory(directory.resolve("disk")));
    }

    private static PowerlessDisk mounted(Path image, Path place) {
        Command.run("mount", "-t", "ext4", "-o", "loop", image.toString(), place.toString());
        return new PowerlessDisk(image, place);
    }

    /** Where its files are. */
    public Path place() {
        return place;
    }

    /** As the disk would be found, had the power failed now; this one goes on. */
    public PowerlessDisk afterPowerLoss(Path directory) throws IOException {
        Path found = directory.resolve("found.img");
        Command.run("cp", image.toString(), found.toString());
        return mounted(found, Files.createDirectory(directory.resolve("found")));
    }

    /** Files that are mapped stay so until a garbage collection, hence lazily. */
    @Override
    public void close() {
        Command.run("umount", "--lazy", place.toString());
    }
}
