package io.fleetwall.bpf;

import java.util.EnumSet;
import java.util.Set;

/** What a slot says besides what its policy says. */
public record SlotOptions(Set<Flag> flags) {
    /** No option. */
    public static final SlotOptions NONE = new SlotOptions(Set.of());

    public SlotOptions {
        flags = Set.copyOf(flags);
    }

    /** The options with these flags. */
    public static SlotOptions of(Flag... flags) {
        return new SlotOptions(Set.of(flags));
    }

    static SlotOptions ofBits(int bits) {
        EnumSet<Flag> flags = EnumSet.noneOf(Flag.class);
        for (Flag flag : Flag.values()) {
            if ((bits & flag.bit) != 0) {
                flags.add(flag);
            }
        }
        return new SlotOptions(flags);
    }

    int bits() {
        return flags.stream().mapToInt(flag -> flag.bit).reduce(0, (a, b) -> a | b);
    }

    /** One option. Bits are shared with {@code enum fw_flag}. */
    public enum Flag {
        /**
         * Port 53 to any address is redirected to the node's proxy behind the program, so it
         * passes.
         */
        DNS_REDIRECT(4);

        private final int bit;

        Flag(int bit) {
            this.bit = bit;
        }
    }
}
