package io.fleetwall.node.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.node.fleet.TestFleet;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.CanonicalForm;
import io.fleetwall.policy.compiled.CompiledPolicy;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which swaps may wait for names, and which must not. */
class WideningTest {
    @ParameterizedTest(name = "{0} then {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "mode: enforce | allow: [{host: a.x.test}] | true",
                "mode: enforce | {allow: [{host: a.x.test}], deny: [{host: b.x.test}]} | true",
                "allow: [{host: a.x.test}] | allow: [{host: a.x.test}, {host: b.x.test}] | true",
                "allow: [{host: b.x.test}] | allow: [{host: a.x.test}, {host: b.x.test}] | true",
                "allow: [{host: a.x.test}] | allow: [{host: b.x.test}] | false",
                "allow: [{host: a.x.test}] | {allow: [{host: a.x.test}], deny: [{host: b.x.test}]} | false",
                "allow: [{host: a.x.test}] | {allow: [{host: a.x.test}], deny: [{host: '*.x.test'}]} | false",
                "allow: [{host: a.x.test, ports: [1-9/tcp]}] | allow: [{host: a.x.test, ports: [1-8/tcp]}] | false",
                "allow: [{host: a.x.test, ports: [1-8/tcp]}] | allow: [{host: a.x.test, ports: [1-9/tcp]}] | true",
                "allow: [{cidr: 192.0.2.0/24}] | allow: [{cidr: 192.0.2.0/25}] | false",
                "allow: [{cidr: 192.0.2.0/25}] | allow: [{cidr: 192.0.2.0/25}, {host: a.x.test}] | true",
                "default: allow | allow: [{host: a.x.test}] | false",
                "mode: audit | {mode: enforce, allow: [{host: a.x.test}]} | false",
            })
    void a_swap_waits_only_when_it_takes_nothing_away(String before, String next, boolean onlyAdds)
            throws Exception {
        assertEquals(onlyAdds, Widening.onlyAdds(policy(before), policy(next)));
    }

    private static CompiledPolicy policy(String spec) throws Exception {
        Scope idle = new Scope(new TreeSet<>(), Optional.empty());
        String yaml = spec.startsWith("{") ? spec.substring(1, spec.length() - 1) : spec;
        String lines =
                yaml.replace("], deny:", "]\ndeny:").replace("enforce, allow", "enforce\nallow");
        byte[] body = new TestFleet().sign(1, idle, lines).body().orElseThrow();
        return CanonicalForm.read(body);
    }
}
