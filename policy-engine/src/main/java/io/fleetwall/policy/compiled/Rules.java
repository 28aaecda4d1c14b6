package io.fleetwall.policy.compiled;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * The rules of a policy as they stand in its canonical form; objects are made of the one that an
 * event names, and not of ten thousand with each change of policy. Immutable.
 */
public final class Rules extends AbstractList<CompiledRule> implements RandomAccess {
    private final byte[] form;
    private final int[] starts;

    /**
     * Rules that were read once, and are well-formed.
     *
     * @param starts where each begins, and where the last ends
     */
    Rules(byte[] form, int[] starts) {
        this.form = form;
        this.starts = starts;
    }

    /** A list that never changes: the same one where it is known to be such. */
    public static List<CompiledRule> copyOf(List<CompiledRule> rules) {
        return rules instanceof Rules ? rules : List.copyOf(rules);
    }

    /** Other rules, if they say the same: then these need not be kept; else these alone. */
    List<CompiledRule> or(List<CompiledRule> others) {
        boolean same =
                others instanceof Rules that
                        && size() == that.size()
                        && Arrays.equals(
                                form,
                                starts[0],
                                starts[size()],
                                that.form,
                                that.starts[0],
                                that.starts[size()]);
        return same ? others : alone();
    }

    /** These without the rest of the form, which is as long again. */
    private Rules alone() {
        int from = starts[0];
        int[] moved = new int[starts.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = starts[i] - from;
        }
        return new Rules(Arrays.copyOfRange(form, from, starts[size()]), moved);
    }

    @Override
    public CompiledRule get(int index) {
        try {
            FormCursor cursor = new FormCursor(form, starts[index]);
            return new CompiledRule(
                    cursor.text(), cursor.text(), cursor.number(), cursor.text(), cursor.text());
        } catch (MalformedPolicyException e) {
            throw new IllegalStateException("a rule that was read before", e);
        }
    }

    @Override
    public int size() {
        return starts.length - 1;
    }
}
