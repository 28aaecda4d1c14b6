package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The process that made or last used a socket, as it was then; it may be gone by now.
 *
 * <p>For people and reviews only, never part of a verdict: a process writes its own name and
 * arguments.
 *
 * @param startedBoottimeNanos with the pid it names a process for ever, see {@link BootClock}
 * @param cgroupId in the v2 hierarchy
 * @param pid in the node's own pid namespace
 * @param uid in the node's own user namespace
 * @param parents pids, its parent first, at most four, without the node's init
 * @param name of the thread group's leader, at most 15 bytes
 * @param executable path within its file system, at most its last eight parts of 31 bytes; empty
 *     when unknown
 * @param command arguments, cut after 256 bytes in all; empty when the kernel could not read them
 */
public record ProcessRecord(
        long startedBoottimeNanos,
        long cgroupId,
        int pid,
        int uid,
        List<Integer> parents,
        String name,
        String executable,
        List<String> command) {
    private static final int INIT = 1;

    public ProcessRecord {
        parents = List.copyOf(parents);
        command = List.copyOf(command);
    }

    /** Reads struct fw_process. */
    static ProcessRecord read(MemorySegment value) {
        return new ProcessRecord(
                value.get(JAVA_LONG, offset("started")),
                value.get(JAVA_LONG, offset("cgroup")),
                value.get(JAVA_INT, offset("tgid")),
                value.get(JAVA_INT, offset("uid")),
                parents(value),
                text(value.asSlice(offset("name"), 16).toArray(JAVA_BYTE)),
                executable(value),
                command(value));
    }

    private static long offset(String member) {
        return Layouts.offset(ProcessLayout.PROCESS, member);
    }

    private static List<Integer> parents(MemorySegment value) {
        int[] pids = value.asSlice(offset("parents"), 4L * ProcessLayout.PARENTS).toArray(JAVA_INT);
        return Arrays.stream(pids).takeWhile(pid -> pid > INIT).boxed().toList();
    }

    private static String executable(MemorySegment value) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < ProcessLayout.PATH_PARTS; i++) {
            long at = offset("path") + (long) i * ProcessLayout.PATH_PART_BYTES;
            String part = text(value.asSlice(at, ProcessLayout.PATH_PART_BYTES).toArray(JAVA_BYTE));
            if (part.isEmpty()) {
                break;
            }
            parts.addFirst(part);
        }
        String path = String.join("/", parts);
        boolean whole = parts.size() < ProcessLayout.PATH_PARTS && !path.isEmpty();
        return whole ? "/" + path : path;
    }

    private static List<String> command(MemorySegment value) {
        int size = value.get(JAVA_INT, offset("command_bytes"));
        byte[] bytes = value.asSlice(offset("command"), size).toArray(JAVA_BYTE);
        String text = new String(bytes, StandardCharsets.UTF_8);
        String ended = text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
        return ended.isEmpty() ? List.of() : List.of(ended.split("\0", -1));
    }

    /** Up to the first NUL. */
    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
