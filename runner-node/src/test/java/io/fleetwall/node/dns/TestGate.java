package io.fleetwall.node.dns;

import io.fleetwall.policy.catalogue.EffectivePolicy;
import io.fleetwall.policy.catalogue.ScopedRule;
import io.fleetwall.policy.compiled.Compilation;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.Compiler;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.document.EgressPolicy;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.document.PolicyReader;
import io.fleetwall.policy.document.QueryTypes;
import io.fleetwall.policy.document.Rule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A gate with a real compiled policy and no kernel: keeps what it is told. */
final class TestGate implements AnswerGate {
    final List<LearnedAnswer> learned = new CopyOnWriteArrayList<>();
    final List<DnsDenial> denials = new CopyOnWriteArrayList<>();
    volatile Predicate<LearnedAnswer> onLearn = _ -> true;
    volatile Predicate<byte[]> onPrivate = _ -> false;
    private volatile DnsPolicy policy;

    /**
     * @param spec YAML below {@code spec:}, indented by two
     */
    TestGate(String spec) {
        policy = policy(1, spec);
    }

    void become(long revision, String spec) {
        policy = policy(revision, spec);
    }

    /** As {@link #become}, with tables that took over all that was learned. */
    void carryOn(long revision, String spec) {
        policy = policy(revision, spec).continuing(policy);
    }

    private static DnsPolicy policy(long revision, String spec) {
        String yaml =
                """
                apiVersion: fleetwall.io/v1
                kind: EgressPolicy
                metadata: { name: test }
                spec:
                """
                        + spec;
        var reading = PolicyReader.read("test.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        if (!(reading instanceof PolicyReader.Reading.Policy(EgressPolicy read, _))) {
            throw new AssertionError(reading);
        }
        EffectivePolicy effective =
                new EffectivePolicy(
                        read.mode().orElse(Mode.ENFORCE),
                        read.fallback().orElse(Fallback.DENY),
                        OnDeny.REJECT,
                        read.queryTypes().orElse(QueryTypes.UNSTATED),
                        scoped(read.allow()),
                        scoped(read.deny()),
                        List.of("test"));
        if (!(Compiler.compile(effective) instanceof Compilation.Compiled(CompiledPolicy done))) {
            throw new AssertionError("does not compile");
        }
        return new DnsPolicy(revision, done, HostTable.of(done));
    }

    private static List<ScopedRule> scoped(List<Rule> rules) {
        return rules.stream().map(rule -> new ScopedRule("test", rule)).toList();
    }

    @Override
    public DnsPolicy policy() {
        return policy;
    }

    @Override
    public boolean learn(LearnedAnswer answer) {
        if (!answer.policy().equals(policy) || !onLearn.test(answer)) {
            return false;
        }
        learned.add(answer);
        return true;
    }

    @Override
    public boolean permitsPrivate(byte[] address) {
        return onPrivate.test(address);
    }

    @Override
    public void denied(DnsDenial denial) {
        denials.add(denial);
    }
}
