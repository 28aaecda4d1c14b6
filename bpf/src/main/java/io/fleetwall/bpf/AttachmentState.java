package io.fleetwall.bpf;

/**
 * Whether an attachment is as this agent made it. Anything but {@link #INTACT} was done by somebody
 * else, and {@link DataPlane#repair} undoes it.
 */
public enum AttachmentState {
    /** Our program is hooked in, pinned where it can be, and judges first. */
    INTACT("in place"),
    /** It judges, but its pin is gone: it would end with whoever holds it. */
    UNPINNED("the pin of its link was removed"),
    /** It does not judge. */
    DETACHED("the program was detached"),
    /** Another program is behind the hook. */
    OTHER_PROGRAM("another program was put behind the hook"),
    /** Another program sees packets first, and may let them pass. */
    NOT_FIRST("another program was put before it"),
    /** Its entry leads to another slot, or to none. */
    OTHER_ENTRY("its entry in the map of runners was changed"),
    /** The companion on the other side of an uplink is not in place: answers are denied. */
    INBOUND_DETACHED("the companion that sees inbound flows was detached");

    private final String text;

    AttachmentState(String text) {
        this.text = text;
    }

    /** For messages. */
    public String text() {
        return text;
    }
}
