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
        int[] starts = program.starts();
        value.set(JAVA_INT, STEPS, starts.length);
        MemorySegment.copy(starts, 0, value, JAVA_INT, STARTS, starts.length);
        MemorySegment.copy(program.outcomes(), 0, value, JAVA_INT, OUTCOMES, starts.length);
    }

    /** Every program up to the first free place. */
    static List<PortProgram> read(BpfMap table) {
        List<PortProgram> programs = new ArrayList<>();
        table.forEach((key, value) -> {
            int steps = value.get(JAVA_INT, STEPS);
            if (steps != 0) {
                programs.add(
                        new PortProgram(
                                value.asSlice(STARTS, 4L * steps).toArray(JAVA_INT),
                                value.asSlice(OUTCOMES, 4L * steps).toArray(JAVA_INT)));
            }
        });
        return programs;
    }
}
