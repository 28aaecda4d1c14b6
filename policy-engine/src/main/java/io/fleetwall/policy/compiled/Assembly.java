package io.fleetwall.policy.compiled;

import io.fleetwall.policy.catalogue.EffectivePolicy;
import io.fleetwall.policy.document.HostRule;
import io.fleetwall.policy.document.NetworkRule;
import io.fleetwall.policy.document.Origin;
import io.fleetwall.policy.document.Problem;
import io.fleetwall.policy.document.ProblemCode;
import io.fleetwall.policy.document.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Numbers the programs in the order of their first use, so that equal policies get equal tables,
 * and holds the result against the limits of a table set.
 */
final class Assembly {
    /** Enough to see a pattern; a policy that is too large is so in thousands of places. */
    private static final int MAX_PROBLEMS = 20;

    private final EffectivePolicy policy;
    private final Attribution attribution;
    private final StepPool pool;
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private final List<PortProgram> programs = new ArrayList<>();
    private final List<NetworkEntry> networks = new ArrayList<>();
    private final List<HostEntry> hosts = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    Assembly(EffectivePolicy policy, Attribution attribution, StepPool pool) {
        this.policy = policy;
        this.attribution = attribution;
        this.pool = pool;
    }

    void add(NetworkFlattening.Flat flat) {
        if (!pool.get(flat.program()).fits()) {
            tooManySteps("cidr " + flat.network(), flat.program(), firstOf(flat));
            return;
        }
        networks.add(
                new NetworkEntry(
                        flat.network().address(), flat.network().length(), number(flat.program())));
    }

    void add(HostFlattening.Flat flat) {
        if (!pool.get(flat.program()).fits()) {
            tooManySteps("host " + flat.pattern(), flat.program(), firstOf(flat));
            return;
        }
        hosts.add(new HostEntry(flat.pattern(), number(flat.program())));
    }

    List<Problem> problems() {
        List<Problem> all = new ArrayList<>(problems);
        limit(ProblemCode.LIMIT_RULES, attribution.rules().size(), Compiler.MAX_RULES, all);
        limit(ProblemCode.LIMIT_PROGRAMS, programs.size(), Compiler.MAX_PROGRAMS, all);
        limit(ProblemCode.LIMIT_NETWORKS, networks.size(), Compiler.MAX_NETWORKS, all);
        limit(ProblemCode.LIMIT_HOSTS, hosts.size(), Compiler.MAX_HOSTS, all);
        limit(ProblemCode.LIMIT_BYTES, FormWriter.bound(policy()), CanonicalForm.MAX_BYTES, all);
        return all;
    }

    CompiledPolicy policy() {
        return new CompiledPolicy(
                policy.mode(),
                policy.fallback(),
                policy.onDeny(),
                policy.queryTypes(),
                attribution.rules(),
                programs,
                networks,
                hosts);
    }

    private int number(int inPool) {
        Integer known = numbers.putIfAbsent(inPool, programs.size());
        if (known != null) {
            return known;
        }
        programs.add(pool.get(inPool).program());
        return programs.size() - 1;
    }

    private void tooManySteps(String subject, int program, Origin origin) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(
                    Problem.of(
                            ProblemCode.LIMIT_STEPS,
                            origin,
                            "the port rules that meet at %s have %d steps; the kernel table holds %d"
                                    .formatted(
                                            subject,
                                            pool.get(program).starts().length,
                                            PortProgram.MAX_STEPS),
                            "use fewer and wider port ranges for it and what covers it"));
        }
    }

    private Origin firstOf(NetworkFlattening.Flat flat) {
        return origin(r -> r instanceof NetworkRule n && n.network().equals(flat.network()));
    }

    private Origin firstOf(HostFlattening.Flat flat) {
        return origin(r -> r instanceof HostRule h && h.pattern().equals(flat.pattern()));
    }

    private Origin origin(Predicate<Rule> wanted) {
        return attribution.lines().stream()
                .map(Attribution.Line::rule)
                .filter(wanted)
                .findFirst()
                .orElseGet(() -> attribution.lines().getFirst().rule())
                .origin();
    }

    private void limit(ProblemCode code, long actual, int limit, List<Problem> into) {
        if (actual > limit) {
            into.add(
                    Problem.of(
                            code,
                            attribution.lines().getFirst().rule().origin(),
                            "the effective policy needs %,d %s; a table set holds %,d"
                                    .formatted(actual, unit(code), limit),
                            "split it over narrower scopes, or join neighbouring rules"));
        }
    }

    private static String unit(ProblemCode code) {
        return code == ProblemCode.LIMIT_BYTES ? "bytes" : "entries";
    }
}
