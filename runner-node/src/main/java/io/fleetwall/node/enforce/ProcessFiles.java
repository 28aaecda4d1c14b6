package io.fleetwall.node.enforce;

import io.fleetwall.node.process.CommandLine;
import io.fleetwall.protocol.event.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What {@code /proc} says of a process; empty where it is gone or may not be looked at. */
final class ProcessFiles {
    private static final Path PROC = Path.of("/proc");

    private static final int INIT = 1;

    private ProcessFiles() {}

    static ProcessIdentity.Parent named(int pid) {
        return new ProcessIdentity.Parent(
                pid, CommandLine.printable(read(pid, "comm").stripTrailing()));
    }

    /** Ancestors, its parent first, without init. */
    static List<ProcessIdentity.Parent> parents(int pid, int most) {
        List<ProcessIdentity.Parent> parents = new ArrayList<>();
        int next = parent(pid);
        while (next > INIT && parents.size() < most) {
            parents.add(named(next));
            next = parent(next);
        }
        return parents;
    }

    private static int parent(int pid) {
        return read(pid, "status")
                .lines()
                .filter(line -> line.startsWith("PPid:"))
                .map(line -> Integer.parseInt(line.substring("PPid:".length()).strip()))
                .findFirst()
                .orElse(0);
    }

    /** The user it runs as; that of nobody when it is gone. */
    static long uid(int pid) {
        try {
            int uid = (Integer) Files.getAttribute(PROC.resolve(Integer.toString(pid)), "unix:uid");
            return Integer.toUnsignedLong(uid);
        } catch (IOException e) {
            return 0xffff_ffffL; // (uid_t) -1 is nobody's
        }
    }

    static List<String> arguments(int pid) {
        return Stream.of(read(pid, "cmdline").split("\0", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Its control group in the unified hierarchy. */
    static String group(int pid) {
        return read(pid, "cgroup")
                .lines()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::".length()))
                .findFirst()
                .orElse("");
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
