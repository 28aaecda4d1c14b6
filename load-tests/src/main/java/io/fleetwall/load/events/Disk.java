package io.fleetwall.load.events;

import io.fleetwall.laboratory.process.Command;
import java.nio.file.Path;

/** A disk of a few megabytes, in memory, so that it can be full. */
record Disk(Path place) implements AutoCloseable {
    static Disk mount(Path place) {
        Command.run("mkdir", "-p", place.toString());
        Command.run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place.toString());
        return new Disk(place);
    }

    /** To the last byte. */
    void fill() {
        Command.run("sh", "-c", "head -c 8m /dev/zero > " + filler() + " 2>/dev/null || true");
    }

    /** There is room again. */
    void clear() {
        Command.run("rm", filler());
    }

    private String filler() {
        return place.resolve("filler").toString();
    }

    @Override
    public void close() {
        Command.run("umount", "--lazy", place.toString());
    }
}
