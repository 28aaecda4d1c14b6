package io.fleetwall.node.enforce;

import io.fleetwall.node.dns.AnswerGate;
import io.fleetwall.node.dns.DnsDenial;
import io.fleetwall.node.dns.DnsPolicy;
import io.fleetwall.node.dns.LearnedAnswer;
import io.fleetwall.node.dns.warm.Warmer;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.HostEntry;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.HostPattern;
import io.fleetwall.policy.document.HostPattern.Depth;
import io.fleetwall.policy.document.Mode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The way into tables that are not in force yet, for the names that are asked beforehand and for
 * nothing else: no wildcard, no default, no audit mode. What it is asked besides is nobody's event.
 */
final class NextGate implements AnswerGate {
    /** Going through more would hold the flip up for longer than an upstream does. */
    static final int MAX_HOSTS = 10_000;

    private final RunnerGate runner;
    private final Standing next;
    private final PrivateNetworks privateNetworks;
    private final List<String> names;
    private final DnsPolicy policy;

    /**
     * @param names to be asked: of those {@link #added}
     */
    NextGate(RunnerGate runner, Standing next, List<String> names) {
        this.runner = runner;
        this.next = next;
        this.privateNetworks = PrivateNetworks.of(next.policy());
        this.names = names;
        this.policy = only(Set.copyOf(names), next);
    }

    List<String> names() {
        return names;
    }

    /** Host names that the next policy allows one by one and the one before did not. */
    static List<String> added(CompiledPolicy next, DnsPolicy before) {
        return next.hosts().stream()
                .filter(host -> host.pattern().depth() == Depth.EXACT)
                .filter(host -> next.programs().get(host.program()).speaks(Outcome.Effect.ALLOW))
                .map(host -> host.pattern().base())
                .filter(name -> !allowed(before, name))
                .limit(Warmer.NAMES)
                .toList();
    }

    private static boolean allowed(DnsPolicy policy, String name) {
        var program = policy.hosts().match(HostTable.wire(name), 0);
        return program != null && program.speaks(Outcome.Effect.ALLOW);
    }

    /** These names, and what is denied: aliases must not lead there. */
    private static DnsPolicy only(Set<String> names, Standing next) {
        CompiledPolicy all = next.policy();
        Set<HostEntry> kept = new HashSet<>();
        for (HostEntry host : all.hosts()) {
            HostPattern pattern = host.pattern();
            boolean asked = pattern.depth() == Depth.EXACT && names.contains(pattern.base());
            var program = all.programs().get(host.program());
            boolean denied =
                    program.speaks(Outcome.Effect.DENY) && !program.speaks(Outcome.Effect.ALLOW);
            if (asked || denied) {
                kept.add(host);
            }
        }
        CompiledPolicy few =
                new CompiledPolicy(
                        Mode.ENFORCE,
                        Fallback.DENY,
                        all.onDeny(),
                        all.rules(),
                        all.programs(),
                        List.of(),
                        List.copyOf(kept));
        return new DnsPolicy(next.revision(), few, HostTable.of(few));
    }

    @Override
    public DnsPolicy policy() {
        return policy;
    }

    @Override
    public boolean learn(LearnedAnswer answer) {
        return runner.learnAhead(next, answer);
    }

    @Override
    public boolean permitsPrivate(byte[] address) {
        return privateNetworks.permits(address);
    }

    @Override
    public void denied(DnsDenial denial) {
        // The job that asks will be told, and so will the watchers.
    }
}
