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
    Attachment inSlot(int index) {
        return new Attachment(interfaceName, ifindex, direction, link, hook, index);
    }

    /** How a program is hooked to an interface. Numbers are those in the map of runners. */
    public enum Hook {
        /** A pinned TCX link, Linux 6.6 and newer: survives the agent, needs no qdisc. */
        TCX(0),
        /**
         * A filter of the clsact qdisc, any kernel: survives the agent as well, but goes with the
         * qdisc, which root can remove without touching a pin; and of filters that root puts before
         * it only TCX programs are noticed.
         */
        CLSACT(1);

        private final byte number;

        Hook(int number) {
            this.number = (byte) number;
        }

        byte number() {
            return number;
        }

        static Hook of(byte number) {
            return number == CLSACT.number ? CLSACT : TCX;
        }
    }
}
