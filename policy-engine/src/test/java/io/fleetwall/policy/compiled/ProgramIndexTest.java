package io.fleetwall.policy.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.policy.compiled.Outcome.Effect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs are found where they stand, however many are appended. */
class ProgramIndexTest {
    private final List<PortProgram> programs = new ArrayList<>();

    private static PortProgram program(int rule) {
        return PortProgram.of(new int[] {0}, new int[] {Outcome.of(Effect.ALLOW, rule)});
    }

    @Test
    void each_of_many_is_found_and_no_other() {
        programs.add(program(1));
        ProgramIndex index = new ProgramIndex(programs);
        for (int i = 1; i < 3000; i++) {
            assertEquals(-1, index.find(program(i + 1)));
            programs.add(program(i + 1));
            index.added(i);
        }

        for (int i = 0; i < 3000; i++) {
            assertEquals(i, index.find(program(i + 1)));
            assertEquals(i, new ProgramIndex(programs).find(program(i + 1)));
        }
    }

    @Test
    void of_equal_ones_the_first_answers() {
        programs.addAll(List.of(program(1), program(2), program(1)));

        assertEquals(0, new ProgramIndex(programs).find(program(1)));
    }
}
