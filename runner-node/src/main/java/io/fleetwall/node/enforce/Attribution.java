package io.fleetwall.node.enforce;

import io.fleetwall.bpf.ProcessRecord;
import io.fleetwall.node.process.CommandLine;
import io.fleetwall.protocol.event.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes of what the kernel wrote down what an event says of a process. What the kernel did not
 * write, names of ancestors and of the control group, is read from {@code /proc} as far as it is
 * still there; the group only where its id says that it is the one.
 */
final class Attribution {
    private static final Path PROC = Path.of("/proc");
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");

    /** Docker, containerd, CRI-O and Podman alike. */
    private static final Pattern CONTAINER = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}");

    private Attribution() {}

    /** What may be told of a process. */
    static ProcessIdentity of(ProcessRecord process) {
        String group = group(process);
        Matcher container = CONTAINER.matcher(group);
        return new ProcessIdentity(
                process.pid(),
                Integer.toUnsignedLong(process.uid()),
                CommandLine.printable(process.name()),
                CommandLine.printable(process.executable()),
                CommandLine.of(process.command()),
                process.parents().stream().map(Attribution::parent).toList(),
                CommandLine.printable(group),
                container.find() ? container.group() : "");
    }

    private static ProcessIdentity.Parent parent(int pid) {
        return new ProcessIdentity.Parent(
                pid, CommandLine.printable(read(pid, "comm").stripTrailing()));
    }

    /** The path of its control group, from itself or an ancestor that is in the same. */
    private static String group(ProcessRecord process) {
        String own = group(process.pid());
        if (isGroup(own, process.cgroupId())) {
            return own;
        }
        return process.parents().stream()
                .map(Attribution::group)
                .filter(path -> isGroup(path, process.cgroupId()))
                .findFirst()
                .orElse("");
    }

    private static String group(int pid) {
        List<String> unified =
                read(pid, "cgroup").lines().filter(line -> line.startsWith("0::/")).toList();
        return unified.isEmpty() ? "" : unified.getFirst().substring("0::".length());
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

    private static String read(int pid, String file) {
        try {
            byte[] bytes = Files.readAllBytes(PROC.resolve(pid + "/" + file));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // gone
        }
    }
}
