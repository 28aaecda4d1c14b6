package io.fleetwall.protocol.event;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The process that sent what an event tells of, as it was when it did; it may be gone.
 *
 * <p>For people, never part of a verdict: a process chooses its own name and arguments. What looks
 * like a secret has been taken out of {@code command} on the node.
 *
 * @param pid in the node's pid namespace
 * @param uid in the node's user namespace, 0 to 2³²−1
 * @param name at most 15 bytes; empty when unknown
 * @param executable path within its own file system; empty when unknown
 * @param command its arguments in one line, without secrets; empty when unknown
 * @param parents its parent first
 * @param group path of its control group; empty when unknown
 * @param container id of its container, 64 hexadecimal digits; empty outside of one
 */
public record ProcessIdentity(
        int pid,
        long uid,
        String name,
        String executable,
        String command,
        List<Parent> parents,
        String group,
        String container) {
    public ProcessIdentity {
        parents = List.copyOf(parents);
    }

    /**
     * An ancestor.
     *
     * @param name empty when it was gone before it was asked
     */
    public record Parent(int pid, String name) {}

    /** In a few words: {@code curl (pid 123, uid 1000, parents bash ← node)}. */
    public String text() {
        String who = name.isEmpty() ? "a process" : name;
        String chain =
                parents.stream()
                        .map(p -> p.name.isEmpty() ? Integer.toString(p.pid) : p.name)
                        .collect(Collectors.joining(" ← "));
        return who
                + " (pid "
                + pid
                + ", uid "
                + uid
                + (chain.isEmpty() ? "" : ", parents " + chain)
                + ")";
    }
}
