package io.fleetwall.policy.compiled;

import java.util.List;

/**
 * Where a port program stands in a list, by its hash: one array beside the list, because a set of
 * ten thousand programs is built anew with every change of policy.
 *
 * <p>Open addressing; equal programs may stand twice, and the first answers. Not safe for use by
 * many threads.
 */
public final class ProgramIndex {
    private final List<PortProgram> programs;
    private int[] places = new int[0];

    /**
     * An index of the programs in a list.
     *
     * @param programs the caller appends, and says so
     */
    public ProgramIndex(List<PortProgram> programs) {
        this.programs = programs;
        rebuild();
    }

    /** The index of the first equal program, or -1. */
    public int find(PortProgram program) {
        int place = place(program);
        return places[place] - 1;
    }

    /** A program was appended at this index. */
    public void added(int index) {
        if (2 * (index + 1) > places.length) {
            rebuild();
        } else {
            enter(index);
        }
    }

    private void rebuild() {
        places = new int[Integer.highestOneBit(Math.max(8, programs.size())) * 4];
        for (int i = 0; i < programs.size(); i++) {
            enter(i);
        }
    }

    private void enter(int index) {
        int place = place(programs.get(index));
        if (places[place] == 0) {
            places[place] = index + 1;
        }
    }

    /** The place of an equal program, or the empty one where it would be. */
    private int place(PortProgram program) {
        int mixed = program.hashCode() * 0x9e3779b9;
        int place = (mixed ^ mixed >>> 15) & (places.length - 1);
        while (places[place] != 0 && !programs.get(places[place] - 1).equals(program)) {
            place = (place + 1) & (places.length - 1);
        }
        return place;
    }
}
