package io.fleetwall.protocol.message;

/**
 * Something that enforcement wants of a node's kernel.
 *
 * @param name stable: {@code tcx}, {@code btf}, …; others may come
 */
public record Capability(String name, Presence presence) {
    /** Whether it is there. The order is the wire's. */
    public enum Presence {
        PRESENT,
        MISSING,
        /** The agent may not find out. */
        UNKNOWN
    }
}
