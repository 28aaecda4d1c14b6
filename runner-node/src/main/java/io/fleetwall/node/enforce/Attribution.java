package io.fleetwall.node.enforce;

import io.fleetwall.bpf.PacketSocket;
import io.fleetwall.bpf.ProcessRecord;
import io.fleetwall.node.process.CommandLine;
import io.fleetwall.protocol.event.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes of what the kernel wrote down what an event says of a process. What the kernel did not
 * write, names of ancestors and of the control group, is read from {@code /proc} as far as it is
 * still there; the group only where its id says that it is the one.
 */
final class Attribution {
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");

    /** Docker, containerd, CRI-O and Podman alike. */
    private static final Pattern CONTAINER = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}");

    /** As many as the kernel writes down. */
    private static final int PARENTS = 4;

    private Attribution() {}

    /** What may be told of a process. */
    static ProcessIdentity of(ProcessRecord process) {
        String group = group(process);
        return new ProcessIdentity(
                process.pid(),
                Integer.toUnsignedLong(process.uid()),
                CommandLine.printable(process.name()),
                CommandLine.printable(process.executable()),
                CommandLine.of(process.command()),
                process.parents().stream().map(ProcessFiles::named).toList(),
                CommandLine.printable(group),
                container(group));
    }

    /** The same of a process that is still there, all of it from {@code /proc}. */
    static ProcessIdentity of(PacketSocket.Holder process) {
        int pid = process.pid();
        String group = ProcessFiles.group(pid);
        return new ProcessIdentity(
                pid,
                ProcessFiles.uid(pid),
                CommandLine.printable(process.command()),
                CommandLine.printable(process.executable()),
                CommandLine.of(ProcessFiles.arguments(pid)),
                ProcessFiles.parents(pid, PARENTS),
                CommandLine.printable(group),
                container(group));
    }

    private static String container(String group) {
        Matcher container = CONTAINER.matcher(group);
        return container.find() ? container.group() : "";
    }

    /** The path of its control group, from itself or an ancestor that is in the same. */
    private static String group(ProcessRecord process) {
        String own = ProcessFiles.group(process.pid());
        if (isGroup(own, process.cgroupId())) {
            return own;
        }
        return process.parents().stream()
                .map(ProcessFiles::group)
                .filter(path -> isGroup(path, process.cgroupId()))
                .findFirst()
                .orElse("");
    }

    private static boolean isGroup(String path, long id) {
        if (path.isEmpty()) {
            return false;
        }
        try {
            Object inode = Files.getAttribute(GROUPS.resolve(path.substring(1)), "unix:ino");
            return inode.equals(id);
        } catch (IOException | IllegalArgumentException e) {
            return false; // gone, or not mounted here: the event does without
        }
    }
}
