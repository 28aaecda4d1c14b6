package io.fleetwall.policy.compiled;

import io.fleetwall.policy.document.Problem;
import java.util.List;

/** What compiling an effective policy came to. */
public sealed interface Compilation {
    /** Tables for the kernel. */
    record Compiled(CompiledPolicy policy) implements Compilation {}

    /** The policy exceeds what a table set holds. */
    record TooLarge(List<Problem> problems) implements Compilation {
        public TooLarge {
            problems = List.copyOf(problems);
        }
    }
}
