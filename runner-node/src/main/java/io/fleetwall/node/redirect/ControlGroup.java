package io.fleetwall.node.redirect;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The control group (version 2) of the agent and of nobody else: what makes the agent's sockets
 * known to the filter and to nftables. Only root may put a process into it.
 *
 * @param path below {@code /sys/fs/cgroup}, as nftables wants it
 * @param level how deep it is below the root of its hierarchy
 * @param id what the kernel calls it: the inode number of its directory
 */
public record ControlGroup(String path, int level, long id) {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String NAME = "fleetwall-agent";
    private static final String PROCESSES = "cgroup.procs";

    /**
     * The group this process is in, if it is there alone (as a service is); else it moves into one
     * of its own. To be called before the first socket is made: a socket stays in its group.
     *
     * @throws IOException when there is no unified hierarchy, or it is read-only
     */
    public static ControlGroup join() throws IOException {
        Path mount = mount();
        Path present = mount.resolve(presentPath().substring(1));
        if (!present.equals(mount) && isAlone(present)) {
            return of(mount, present);
        }
        Path own = mount.resolve(NAME);
        Files.createDirectories(own);
        Files.writeString(own.resolve(PROCESSES), Long.toString(ProcessHandle.current().pid()));
        return of(mount, own);
    }

    /** Removes the group that {@link #join} made, once nobody is in it. */
    public static void remove() throws IOException {
        Optional<Path> mount = findMount();
        if (mount.isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(mount.get().resolve(NAME));
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            throw new IOException("the control group " + NAME + " is still in use", e);
        }
    }

    private static boolean isAlone(Path group) throws IOException {
        String self = Long.toString(ProcessHandle.current().pid());
        return Files.readAllLines(group.resolve(PROCESSES)).equals(List.of(self));
    }

    private static ControlGroup of(Path mount, Path group) throws IOException {
        long id = (Long) Files.getAttribute(group, "unix:ino");
        return new ControlGroup(
                ROOT.relativize(group).toString(), mount.relativize(group).getNameCount(), id);
    }

    private static Path mount() throws IOException {
        return findMount()
                .orElseThrow(() ->
                        new IOException(
                                "no cgroup2 is mounted at or below "
                                        + ROOT
                                        + ": the agent cannot be told from jobs"));
    }

    /** The unified hierarchy: at the root, or beside the old ones. */
    private static Optional<Path> findMount() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            String[] sides = line.split(" - ", 2);
            String[] fields = sides[0].split(" ", -1);
            Path place = Path.of(fields[4]);
            if (sides[1].startsWith("cgroup2 ") && place.startsWith(ROOT)) {
                if (Files.exists(place.resolve(PROCESSES))) {
                    return Optional.of(place);
                }
            }
        }
        return Optional.empty();
    }

    private static String presentPath() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::".length()))
                .findFirst()
                .orElse("/");
    }
}
