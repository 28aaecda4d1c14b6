package io.fleetwall.policy.compiled;

import io.fleetwall.policy.catalogue.EffectivePolicy;
import io.fleetwall.policy.compiled.Attribution.Detail;
import io.fleetwall.policy.compiled.Attribution.Line;
import io.fleetwall.policy.compiled.Compilation.Compiled;
import io.fleetwall.policy.compiled.Compilation.TooLarge;
import io.fleetwall.policy.document.HostRule;
import io.fleetwall.policy.document.NetworkRule;

/**
 * Turns an effective policy into tables whose longest match is the whole answer: deny before allow,
 * whatever the prefix lengths; the rule named is the most specific one of the winning effect.
 *
 * <p>Pure: equal inputs give equal canonical bytes on every gateway.
 */
public final class Compiler {
    /**
     * Rules that events can tell apart: at about 150 bytes each in the canonical form, 10 MiB. With
     * more rules, neighbours share an id.
     */
    public static final int MAX_RULES = 65_535;

    /** A table entry is 1 KiB, so 64 MiB of kernel memory a table set. */
    public static final int MAX_PROGRAMS = 65_535;

    /** An LPM trie node is about 64 bytes, so 64 MiB; twice that with its intermediate nodes. */
    public static final int MAX_NETWORKS = 1_000_000;

    /** A host table slot with its name is about 64 bytes in the DNS proxy, so 13 MiB. */
    public static final int MAX_HOSTS = 200_000;

    private Compiler() {}

    /** The tables of a policy, or what is too large about it. */
    public static Compilation compile(EffectivePolicy policy) {
        int rules = policy.allow().size() + policy.deny().size();
        if (rules <= MAX_RULES) {
            Compilation precise = compile(policy, Attribution.of(policy, Detail.RULES));
            if (precise instanceof Compiled) {
                return precise;
            }
        }
        return compile(policy, Attribution.of(policy, Detail.BLOCKS));
    }

    private static Compilation compile(EffectivePolicy policy, Attribution attribution) {
        StepPool pool = new StepPool();
        NetworkFlattening networks = new NetworkFlattening(pool);
        HostFlattening hosts = new HostFlattening(pool);
        for (Line line : attribution.lines()) {
            int program = pool.intern(Steps.of(line.rule().ports(), line.outcome()));
            switch (line.rule()) {
                case HostRule rule -> hosts.add(rule.pattern(), program);
                case NetworkRule rule -> networks.add(rule.network(), program);
            }
        }
        Assembly assembly = new Assembly(policy, attribution, pool);
        networks.result().forEach(assembly::add);
        hosts.result().forEach(assembly::add);
        return assembly.problems().isEmpty()
                ? new Compiled(assembly.policy())
                : new TooLarge(assembly.problems());
    }
}
