package io.fleetwall.policy.compiled;

import io.fleetwall.policy.compiled.Outcome.Effect;
import io.fleetwall.policy.document.PortRange;
import io.fleetwall.policy.document.Ports;
import java.util.Arrays;

/**
 * A port program of any length, while it is being put together. Only the finished ones must fit the
 * kernel's table entry.
 */
record Steps(int[] starts, int[] outcomes) {
    /** Says nothing about any key. */
    static final Steps NONE = new Steps(new int[] {0}, new int[] {Outcome.NONE});

    /** One past the greatest port key. */
    private static final int END = 0x40000;

    /** What one rule says. */
    static Steps of(Ports ports, int outcome) {
        Builder steps = new Builder(2 * ports.ranges().size() + 1);
        int next = 0;
        for (PortRange range : ports.ranges()) {
            int first = range.portClass().key(range.first());
            if (first > next) {
                steps.add(next, Outcome.NONE);
            }
            steps.add(first, outcome);
            next = range.portClass().key(range.last()) + 1;
        }
        if (next < END) {
            steps.add(next, Outcome.NONE);
        }
        return steps.build();
    }

    static Steps of(PortProgram program) {
        return new Steps(program.starts(), program.outcomes());
    }

    /**
     * Both together: deny before allow before nothing; where both say the same, {@code this} is
     * named as the one that decided.
     */
    Steps before(Steps other) {
        Builder steps = new Builder(starts.length + other.starts.length);
        int i = 0;
        int j = 0;
        int key = 0;
        while (key < END) {
            steps.add(key, stronger(outcomes[i], other.outcomes[j]));
            int nextI = i + 1 < starts.length ? starts[i + 1] : END;
            int nextJ = j + 1 < other.starts.length ? other.starts[j + 1] : END;
            key = Math.min(nextI, nextJ);
            if (key == nextI) {
                i++;
            }
            if (key == nextJ) {
                j++;
            }
        }
        return steps.build();
    }

    boolean fits() {
        return starts.length <= PortProgram.MAX_STEPS;
    }

    PortProgram program() {
        return PortProgram.of(starts, outcomes);
    }

    private static int stronger(int first, int second) {
        Effect mine = Outcome.effect(first);
        Effect theirs = Outcome.effect(second);
        return theirs.compareTo(mine) > 0 ? second : first;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Steps that
                && Arrays.equals(starts, that.starts)
                && Arrays.equals(outcomes, that.outcomes);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(starts) + Arrays.hashCode(outcomes);
    }

    /** Collects steps and joins neighbours with the same outcome. */
    private static final class Builder {
        private final int[] starts;
        private final int[] outcomes;
        private int size;

        Builder(int capacity) {
            starts = new int[capacity];
            outcomes = new int[capacity];
        }

        void add(int start, int outcome) {
            if (size == 0 || outcomes[size - 1] != outcome) {
                starts[size] = start;
                outcomes[size++] = outcome;
            }
        }

        Steps build() {
            return new Steps(Arrays.copyOf(starts, size), Arrays.copyOf(outcomes, size));
        }
    }
}
