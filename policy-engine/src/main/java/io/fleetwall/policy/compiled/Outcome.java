package io.fleetwall.policy.compiled;

/**
 * What a port program says of one key, as one 32-bit word shared with the BPF program: the lower
 * two bits are the effect, the rest the rule's id (its index in {@link CompiledPolicy#rules()} plus
 * one; 0 where no rule speaks).
 */
public final class Outcome {
    /** The word that says nothing. */
    public static final int NONE = 0;

    private Outcome() {}

    /** The word for a rule, by its id (1-based). */
    public static int of(Effect effect, int rule) {
        return rule << 2 | effect.bits;
    }

    /** The effect in a word. */
    public static Effect effect(int word) {
        return switch (word & 3) {
            case 0 -> Effect.NONE;
            case 1 -> Effect.ALLOW;
            case 2 -> Effect.DENY;
            default -> throw new IllegalArgumentException("outcome word " + word);
        };
    }

    /** The rule id in a word; 0 is no rule. */
    public static int rule(int word) {
        return word >>> 2;
    }

    /** What a rule does. */
    public enum Effect {
        NONE(0),
        ALLOW(1),
        DENY(2);

        private final int bits;

        Effect(int bits) {
            this.bits = bits;
        }
    }
}
