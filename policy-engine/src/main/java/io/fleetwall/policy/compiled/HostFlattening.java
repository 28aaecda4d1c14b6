package io.fleetwall.policy.compiled;

import io.fleetwall.policy.document.HostPattern;
import io.fleetwall.policy.document.HostPattern.Depth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Host rules into a table whose most specific match is the whole answer. The patterns that fit a
 * name are nested: exact, one label, then many labels with ever shorter bases; each takes in the
 * next wider one.
 */
final class HostFlattening {
    private static final Comparator<HostPattern> ORDER =
            Comparator.comparing(HostPattern::base).thenComparing(HostPattern::depth);

    private final StepPool pool;
    private final Map<HostPattern, Integer> own = new HashMap<>();
    private final Map<HostPattern, Integer> flattened = new HashMap<>();

    HostFlattening(StepPool pool) {
        this.pool = pool;
    }

    /** A pattern and its number in the pool. */
    record Flat(HostPattern pattern, int program) {}

    /** Adds what a rule says; earlier rules are named before later ones. */
    void add(HostPattern pattern, int program) {
        own.merge(pattern, program, pool::union);
    }

    List<Flat> result() {
        List<HostPattern> sorted = new ArrayList<>(own.keySet());
        sorted.sort(ORDER);
        List<Flat> flat = new ArrayList<>(sorted.size());
        for (HostPattern pattern : sorted) {
            flat.add(new Flat(pattern, flatten(pattern)));
        }
        return flat;
    }

    /** Recursion is as deep as a name has labels, at most 127. */
    private int flatten(HostPattern pattern) {
        Integer known = flattened.get(pattern);
        if (known != null) {
            return known;
        }
        int program = own.getOrDefault(pattern, 0);
        HostPattern around = around(pattern);
        if (around != null) {
            program = pool.union(program, flatten(around));
        }
        flattened.put(pattern, program);
        return program;
    }

    /** The narrowest known pattern that is wider than this one. */
    private @Nullable HostPattern around(HostPattern pattern) {
        String base = pattern.base();
        if (pattern.depth() == Depth.EXACT) {
            base = parent(base);
            HostPattern oneLabel = base == null ? null : known(Depth.ONE_LABEL, base);
            if (oneLabel != null) {
                return oneLabel;
            }
        } else if (pattern.depth() == Depth.MANY_LABELS) {
            base = parent(base);
        }
        for (; base != null; base = parent(base)) {
            HostPattern manyLabels = known(Depth.MANY_LABELS, base);
            if (manyLabels != null) {
                return manyLabels;
            }
        }
        return null;
    }

    private @Nullable HostPattern known(Depth depth, String base) {
        HostPattern pattern = new HostPattern(depth, base);
        return own.containsKey(pattern) ? pattern : null;
    }

    private static @Nullable String parent(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? null : name.substring(dot + 1);
    }
}
