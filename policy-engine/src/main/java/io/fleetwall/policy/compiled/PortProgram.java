package io.fleetwall.policy.compiled;

import java.util.Arrays;
import java.util.Optional;

/**
 * A step function from port key (see {@code PortClass}) to {@linkplain Outcome outcome word}: the
 * answer for key {@code k} is {@code outcomes[i]} of the greatest {@code starts[i] <= k}. Port
 * rules of any number flatten into it, deny before allow, so that one binary search is the whole
 * answer.
 *
 * <p>Invariants: {@code starts[0] == 0}, strictly ascending, neighbours differ in outcome, at most
 * {@link #MAX_STEPS} steps (7 probes in the kernel, a 1 KiB table entry).
 */
public final class PortProgram {
    /** Shared with {@code FW_PORT_STEPS} in the BPF program. */
    public static final int MAX_STEPS = 128;

    private final int[] starts;
    private final int[] outcomes;

    private PortProgram(int[] starts, int[] outcomes) {
        this.starts = starts;
        this.outcomes = outcomes;
    }

    /** A program of these steps. */
    public static PortProgram of(int[] starts, int[] outcomes) {
        return owning(starts.clone(), outcomes.clone());
    }

    /** The same of arrays that nobody changes any more. */
    static PortProgram owning(int[] starts, int[] outcomes) {
        if (starts.length == 0 || starts.length != outcomes.length || starts.length > MAX_STEPS) {
            throw new IllegalArgumentException("steps: " + starts.length);
        }
        if (starts[0] != 0) {
            throw new IllegalArgumentException("first step starts at " + starts[0]);
        }
        for (int i = 1; i < starts.length; i++) {
            if (starts[i] <= starts[i - 1] || starts[i] > 0x3ffff) {
                throw new IllegalArgumentException("step " + i + " starts at " + starts[i]);
            }
        }
        return new PortProgram(starts, outcomes);
    }

    /** Another program, when it says the same; else this one, with the other's steps if alike. */
    PortProgram or(PortProgram other) {
        if (!Arrays.equals(starts, other.starts)) {
            return this;
        }
        return Arrays.equals(outcomes, other.outcomes)
                ? other
                : new PortProgram(other.starts, outcomes);
    }

    /** Where its steps start. */
    public int[] starts() {
        return starts.clone();
    }

    /** The outcome word of each step. */
    public int[] outcomes() {
        return outcomes.clone();
    }

    /** How many steps it has. */
    public int steps() {
        return starts.length;
    }

    /** Where a step starts. */
    public int start(int step) {
        return starts[step];
    }

    /** The outcome word of a step. */
    public int outcome(int step) {
        return outcomes[step];
    }

    /** The outcome word for one port key. */
    public int at(int key) {
        int i = Arrays.binarySearch(starts, key);
        return outcomes[i >= 0 ? i : -i - 2];
    }

    /** Whether some key has this effect. A name whose program allows nothing need not resolve. */
    public boolean speaks(Outcome.Effect effect) {
        for (int outcome : outcomes) {
            if (Outcome.effect(outcome) == effect) {
                return true;
            }
        }
        return false;
    }

    /**
     * What two programs say together, deny before allow: for an address that was learned for two
     * names. Empty when the union has more than {@link #MAX_STEPS} steps.
     */
    public Optional<PortProgram> unite(PortProgram other) {
        Steps united = Steps.of(this).before(Steps.of(other));
        return united.fits() ? Optional.of(united.program()) : Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PortProgram that
                && Arrays.equals(starts, that.starts)
                && Arrays.equals(outcomes, that.outcomes);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(starts) + Arrays.hashCode(outcomes);
    }

    @Override
    public String toString() {
        return "PortProgram[starts="
                + Arrays.toString(starts)
                + ", outcomes="
                + Arrays.toString(outcomes)
                + "]";
    }
}
