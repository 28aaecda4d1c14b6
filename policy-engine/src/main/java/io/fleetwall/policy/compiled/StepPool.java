package io.fleetwall.policy.compiled;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Each distinct program once, by number; unions are remembered. A hundred thousand prefixes under a
 * few covering ones repeat the same few unions.
 */
final class StepPool {
    private final Map<Steps, Integer> numbers = new HashMap<>();
    private final List<Steps> programs = new ArrayList<>();
    private final Map<Long, Integer> unions = new HashMap<>();

    int intern(Steps steps) {
        Integer known = numbers.putIfAbsent(steps, programs.size());
        if (known != null) {
            return known;
        }
        programs.add(steps);
        return programs.size() - 1;
    }

    Steps get(int number) {
        return programs.get(number);
    }

    /** The number of {@code first} and {@code second} together; see {@link Steps#before}. */
    int union(int first, int second) {
        if (first == second) {
            return first;
        }
        return unions.computeIfAbsent(
                (long) first << 32 | second,
                both -> intern(programs.get(first).before(programs.get(second))));
    }
}
