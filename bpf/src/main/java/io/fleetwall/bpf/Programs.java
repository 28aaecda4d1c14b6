package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.fleetwall.policy.compiled.PortProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Port programs in the kernel (struct fw_program), in the order of their indices. */
final class Programs {
    private static final long STEPS = Layouts.offset(Layouts.PROGRAM, "steps");
    private static final long STARTS = Layouts.offset(Layouts.PROGRAM, "starts");
    private static final long OUTCOMES = Layouts.offset(Layouts.PROGRAM, "outcomes");

    private Programs() {}

    static void write(BpfMap table, int index, PortProgram program) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Layouts.PROGRAM);
            fill(value, program);
            table.update(index, value);
        }
    }

    static void writeAll(BpfMap table, List<PortProgram> programs) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment keys = arena.allocate(4L * programs.size(), 8);
            MemorySegment values = arena.allocate(Layouts.PROGRAM.byteSize() * programs.size(), 8);
            for (int i = 0; i < programs.size(); i++) {
                keys.setAtIndex(JAVA_INT, i, i);
                fill(
                        values.asSlice(Layouts.PROGRAM.byteSize() * i, Layouts.PROGRAM.byteSize()),
                        programs.get(i));
            }
            table.updateBatch(keys, values, programs.size());
        }
    }

    private static void fill(MemorySegment value, PortProgram program) {
        value.set(JAVA_INT, STEPS, program.steps());
        for (int step = 0; step < program.steps(); step++) {
            value.set(JAVA_INT, STARTS + 4L * step, program.start(step));
            value.set(JAVA_INT, OUTCOMES + 4L * step, program.outcome(step));
        }
    }

    /** Whether a place holds a program. */
    static boolean is(MemorySegment value, PortProgram program) {
        if (value.get(JAVA_INT, STEPS) != program.steps()) {
            return false;
        }
        for (int step = 0; step < program.steps(); step++) {
            if (value.get(JAVA_INT, STARTS + 4L * step) != program.start(step)
                    || value.get(JAVA_INT, OUTCOMES + 4L * step) != program.outcome(step)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a place is free. */
    static boolean isFree(MemorySegment value) {
        return value.get(JAVA_INT, STEPS) == 0;
    }

    /** Whether a place holds what it should: the program of its index, or none. */
    static boolean isAt(int index, MemorySegment value, List<PortProgram> programs) {
        return index < programs.size() ? is(value, programs.get(index)) : isFree(value);
    }

    /** Whether these are in the kernel, and no others. */
    static boolean holds(BpfMap table, List<PortProgram> programs) {
        boolean[] same = {true};
        table.forEach((key, value) -> same[0] &= isAt(key.get(JAVA_INT, 0), value, programs));
        return same[0];
    }

    /** Every program up to the first free place. */
    static List<PortProgram> read(BpfMap table) {
        List<PortProgram> programs = new ArrayList<>();
        table.forEach((key, value) -> {
            if (!isFree(value)) {
                int steps = value.get(JAVA_INT, STEPS);
                programs.add(
                        PortProgram.of(
                                value.asSlice(STARTS, 4L * steps).toArray(JAVA_INT),
                                value.asSlice(OUTCOMES, 4L * steps).toArray(JAVA_INT)));
            }
        });
        return programs;
    }
}
