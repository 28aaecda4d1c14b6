package io.fleetwall.bpf;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.CompiledRule;
import io.fleetwall.policy.compiled.NetworkEntry;
import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.document.PortClass;
import io.fleetwall.policy.verdict.Reason;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two policies made so that a packet judged by parts of both cannot look like one judged by either.
 *
 * <p>{@link #FIRST} allows by rule and denies by default, {@link #SECOND} denies by rule and allows
 * by default. Each keeps its port programs at indices where the other has programs that say the
 * opposite by {@link #POISON}: networks or names of one with programs of the other always show. The
 * flags of one with the tables of the other show at {@link #BOTH}, which both allow, and at {@link
 * #NEITHER}, which both deny: each for a reason of its own.
 */
final class TwoPolicies {
    static final int ONLY_FIRST = 1000;
    static final int ONLY_SECOND = 2000;
    static final int BOTH = 3000;
    static final int NEITHER = 4000;
    static final List<Integer> PORTS = List.of(ONLY_FIRST, ONLY_SECOND, BOTH, NEITHER);
    static final int ALLOWING = 1;
    static final int DENYING = 2;
    static final int POISON = 3;

    /** In the networks of both, in the names of both, in one and the other. */
    static final List<String> ADDRESSES =
            List.of(
                    "192.0.2.10",
                    "2001:db8:20::10",
                    "198.18.0.1",
                    "2001:db8:99::1",
                    "10.77.0.1",
                    "fd77::1");

    private static final List<NetworkEntry> IN_NETWORKS =
            List.of(
                    Policies.network("10.77.0.0", 24, 0),
                    Policies.network("192.0.2.0", 24, 0),
                    Policies.network("2001:db8:20::", 48, 0),
                    Policies.network("fd77::", 64, 0));
    private static final List<String> IN_NAMES = ADDRESSES.subList(2, 6);

    static final TwoPolicies FIRST =
            new TwoPolicies(
                    Fallback.DENY,
                    List.of(allowing(9), allowing(10), poison(11), poison(12)),
                    /* networkProgram= */ 0);
    static final TwoPolicies SECOND =
            new TwoPolicies(
                    Fallback.ALLOW,
                    List.of(poison(9), poison(10), denying(11), denying(12)),
                    /* networkProgram= */ 2);

    private final Fallback fallback;
    private final List<PortProgram> programs;
    private final int networkProgram;

    private TwoPolicies(Fallback fallback, List<PortProgram> programs, int networkProgram) {
        this.fallback = fallback;
        this.programs = programs;
        this.networkProgram = networkProgram;
    }

    /** Builds its table set, and learns its names. */
    TableSet build(DataPlane plane) {
        List<NetworkEntry> networks =
                IN_NETWORKS.stream()
                        .map(entry ->
                                new NetworkEntry(entry.address(), entry.length(), networkProgram))
                        .toList();
        CompiledPolicy policy =
                new CompiledPolicy(
                        Mode.ENFORCE,
                        fallback,
                        OnDeny.DROP,
                        List.of(new CompiledRule("test", "test.yaml", 1, "allow", "")),
                        programs,
                        networks,
                        List.of());
        TableSet set = plane.build(policy, 1, new byte[32]);
        set.learn(
                IN_NAMES.stream()
                        .map(address ->
                                new LearnedAddress(
                                        Policies.address(address),
                                        networkProgram + 1,
                                        Long.MAX_VALUE,
                                        1))
                        .toList());
        return set;
    }

    /** A reason and a rule. */
    record Verdict(Reason reason, int rule) {}

    /** What it says of a port at each of the addresses. */
    Verdict of(int port) {
        if (fallback == Fallback.DENY) {
            return port == ONLY_FIRST || port == BOTH
                    ? new Verdict(Reason.ALLOWED_BY_RULE, ALLOWING)
                    : new Verdict(Reason.DENIED_BY_DEFAULT, 0);
        }
        return port == ONLY_FIRST || port == NEITHER
                ? new Verdict(Reason.DENIED_BY_RULE, DENYING)
                : new Verdict(Reason.ALLOWED_BY_DEFAULT, 0);
    }

    private static PortProgram allowing(int unlike) {
        int allow = Outcome.of(Outcome.Effect.ALLOW, ALLOWING);
        return program(unlike, Map.of(ONLY_FIRST, allow, BOTH, allow));
    }

    private static PortProgram denying(int unlike) {
        int deny = Outcome.of(Outcome.Effect.DENY, DENYING);
        return program(unlike, Map.of(ONLY_FIRST, deny, NEITHER, deny));
    }

    /** Says the opposite of what either policy says, where both agree. */
    private static PortProgram poison(int unlike) {
        int deny = Outcome.of(Outcome.Effect.DENY, POISON);
        int allow = Outcome.of(Outcome.Effect.ALLOW, POISON);
        return program(
                unlike, Map.of(ONLY_FIRST, deny, ONLY_SECOND, deny, BOTH, deny, NEITHER, allow));
    }

    /** Programs are each once: a step at a port nobody uses makes them unlike. */
    private static PortProgram program(int unlike, Map<Integer, Integer> ports) {
        TreeMap<Integer, Integer> steps = new TreeMap<>();
        steps.put(0, Outcome.NONE);
        steps.put(PortClass.TCP.key(unlike), Outcome.of(Outcome.Effect.DENY, POISON));
        steps.put(PortClass.TCP.key(unlike) + 1, Outcome.NONE);
        ports.forEach((port, outcome) -> {
            for (PortClass kind : List.of(PortClass.TCP, PortClass.UDP)) {
                steps.put(kind.key(port), outcome);
                steps.put(kind.key(port) + 1, Outcome.NONE);
            }
        });
        return PortProgram.of(
                steps.keySet().stream().mapToInt(Integer::intValue).toArray(),
                steps.values().stream().mapToInt(Integer::intValue).toArray());
    }
}
