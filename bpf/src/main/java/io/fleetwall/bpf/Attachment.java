package io.fleetwall.bpf;

/**
 * One interface under the program.
 *
 * @param interfaceName its name when it was attached or adopted
 * @param hook how the program is hooked in
 * @param slot index of its slot word
 */
public record Attachment(
        String interfaceName,
        int ifindex,
        Direction direction,
        LinkKind link,
        Hook hook,
        int slot) {
    /** How a program is hooked to an interface. */
    public enum Hook {
        /** A pinned TCX link, Linux 6.6 and newer: survives the agent, needs no qdisc. */
        TCX
    }
}
