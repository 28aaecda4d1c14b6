package io.fleetwall.policy.compiled;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.catalogue.EffectivePolicy;
import io.fleetwall.policy.catalogue.ScopedRule;
import io.fleetwall.policy.compiled.Outcome.Effect;
import io.fleetwall.policy.document.HostPattern;
import io.fleetwall.policy.document.HostRule;
import io.fleetwall.policy.document.Network;
import io.fleetwall.policy.document.NetworkRule;
import io.fleetwall.policy.document.PortRange;
import io.fleetwall.policy.document.Rule;
import io.fleetwall.policy.packet.Address;
import io.fleetwall.policy.verdict.Frames;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every policy, tried on generated ones. The seed is in the test's name. */
class PropertiesTest {
    static Stream<Long> seeds() {
        return Stream.iterate(1L, seed -> seed + 1).limit(300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void the_longest_match_says_what_all_rules_together_say(long seed) {
        Generated generated = new Generated(seed);
        EffectivePolicy policy = generated.policy(1 + generated.below(40));
        CompiledPolicy compiled = Frames.compiled(policy);
        for (int i = 0; i < 200; i++) {
            byte[] address = Address.of(generated.address()).bytes();
            int key = generated.key();
            NetworkEntry longest = longest(compiled, address);
            int found =
                    longest == null
                            ? Outcome.NONE
                            : compiled.programs().get(longest.program()).at(key);
            Predicate<Rule> names =
                    r -> r instanceof NetworkRule n && n.network().contains(address);
            assertEquals(bruteForce(policy, names, key, PropertiesTest::length), found);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void the_most_specific_host_says_what_all_rules_together_say(long seed) {
        Generated generated = new Generated(seed);
        EffectivePolicy policy = generated.policy(1 + generated.below(60));
        HostTable table = HostTable.of(Frames.compiled(policy));
        for (int i = 0; i < 200; i++) {
            String name = generated.name();
            int key = generated.key();
            byte[] wire = HostTable.wire(name);
            byte[] message = new byte[wire.length + 7];
            System.arraycopy(wire, 0, message, 5, wire.length);
            PortProgram program = table.match(message, 5);
            Predicate<Rule> names = r -> r instanceof HostRule h && h.pattern().matches(name);
            assertEquals(
                    bruteForce(policy, names, key, PropertiesTest::narrowness),
                    program == null ? Outcome.NONE : program.at(key));
            assertEquals(rules(policy).anyMatch(r -> names.test(r.rule())), program != null);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void no_entry_repeats_the_one_around_it(long seed) {
        CompiledPolicy compiled = Frames.compiled(new Generated(seed).policy(40));
        assertEquals(compiled.programs().size(), new HashSet<>(compiled.programs()).size());
        for (NetworkEntry entry : compiled.networks()) {
            NetworkEntry around = longestBut(compiled, entry);
            boolean allOfIpv4 = entry.length() == 96 && mapped(entry.address());
            assertTrue(around == null || allOfIpv4 || around.program() != entry.program());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void the_canonical_form_reads_back_to_the_same_policy(long seed) throws Exception {
        CompiledPolicy compiled = Frames.compiled(new Generated(seed).policy(30));
        byte[] form = CanonicalForm.bytes(compiled);
        assertEquals(compiled, CanonicalForm.read(form));
        assertArrayEquals(form, CanonicalForm.bytes(CanonicalForm.read(form)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void beside_any_other_policy_a_form_reads_back_to_the_same_policy(long seed) throws Exception {
        Generated generated = new Generated(seed);
        CompiledPolicy other = Frames.compiled(generated.policy(30));
        CompiledPolicy compiled = Frames.compiled(generated.policy(30));
        CompiledPolicy read = CanonicalForm.read(CanonicalForm.bytes(compiled), other);
        HostTable table = HostTable.of(read, HostTable.of(other));
        HostTable alone = HostTable.of(compiled);

        assertEquals(compiled, read);
        for (int i = 0; i < 200; i++) {
            byte[] name = HostTable.wire(generated.name());
            assertEquals(alone.entry(name, 0), table.entry(name, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void beside_itself_a_policy_is_read_to_the_same_objects(long seed) throws Exception {
        CompiledPolicy compiled = Frames.compiled(new Generated(seed).policy(30));
        CompiledPolicy read = CanonicalForm.read(CanonicalForm.bytes(compiled), compiled);

        assertEquals(compiled.rules(), read.rules());
        assertSame(read.rules(), CanonicalForm.read(CanonicalForm.bytes(compiled), read).rules());
        assertSameObjects(compiled.programs(), read.programs());
        assertSameObjects(compiled.hosts(), read.hosts());
    }

    private static void assertSameObjects(List<?> expected, List<?> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertSame(expected.get(i), actual.get(i));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_damaged_form_is_refused_or_is_the_form_of_another_policy(long seed) {
        Generated generated = new Generated(seed);
        byte[] form = CanonicalForm.bytes(Frames.compiled(generated.policy(12)));
        for (int i = 0; i < 100; i++) {
            byte[] damaged =
                    Arrays.copyOf(form, form.length - generated.below(2) * generated.below(20));
            int at = generated.below(damaged.length);
            damaged[at] = (byte) (damaged[at] ^ 1 << generated.below(8));
            CompiledPolicy read = tryRead(damaged);
            if (read != null) {
                assertArrayEquals(damaged, CanonicalForm.bytes(read));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void bytes_that_are_no_plain_name_match_nothing_and_break_nothing(long seed) {
        Generated generated = new Generated(seed);
        HostTable table = HostTable.of(Frames.compiled(generated.policy(60)));
        for (int i = 0; i < 200; i++) {
            byte[] wire = HostTable.wire(generated.name());
            byte[] cut = Arrays.copyOf(wire, generated.below(wire.length));
            assertNull(table.match(cut, 0));
            byte[] pointer = wire.clone();
            pointer[0] = (byte) (0xc0 | pointer[0]);
            assertNull(table.match(pointer, 0));
            int offset = generated.below(wire.length);
            table.match(wire, offset);
        }
    }

    /** Deny before allow; then the narrowest subject; then the first rule. */
    private static int bruteForce(
            EffectivePolicy policy, Predicate<Rule> names, int key, ToIntFunction<Rule> narrow) {
        List<ScopedRule> rules = rules(policy).toList();
        int denies = policy.deny().size();
        for (Effect effect : new Effect[] {Effect.DENY, Effect.ALLOW}) {
            int from = effect == Effect.DENY ? 0 : denies;
            int to = effect == Effect.DENY ? denies : rules.size();
            Optional<ScopedRule> winner =
                    rules.subList(from, to).stream()
                            .filter(r -> names.test(r.rule()) && speaks(r.rule(), key))
                            .max(
                                    Comparator.comparingInt(
                                                    (ScopedRule r) -> narrow.applyAsInt(r.rule()))
                                            .thenComparingInt(r -> -r.rule().origin().line()));
            if (winner.isPresent()) {
                return Outcome.of(effect, rules.indexOf(winner.get()) + 1);
            }
        }
        return Outcome.NONE;
    }

    private static Stream<ScopedRule> rules(EffectivePolicy policy) {
        return Stream.concat(policy.deny().stream(), policy.allow().stream());
    }

    private static boolean speaks(Rule rule, int key) {
        for (PortRange range : rule.ports().ranges()) {
            if (range.portClass().key(range.first()) <= key
                    && key <= range.portClass().key(range.last())) {
                return true;
            }
        }
        return false;
    }

    private static int length(Rule rule) {
        return rule instanceof NetworkRule network ? network.network().length() : -1;
    }

    private static int narrowness(Rule rule) {
        if (!(rule instanceof HostRule host)) {
            return -1;
        }
        return switch (host.pattern().depth()) {
            case EXACT -> 3 * HostPattern.MAX_LENGTH;
            case ONE_LABEL -> 2 * HostPattern.MAX_LENGTH;
            case MANY_LABELS -> host.pattern().base().length();
        };
    }

    private static @Nullable NetworkEntry longest(CompiledPolicy policy, byte[] address) {
        return policy.networks().stream()
                .filter(entry -> covers(entry, address))
                .max(Comparator.comparingInt(NetworkEntry::length))
                .orElse(null);
    }

    private static @Nullable NetworkEntry longestBut(CompiledPolicy policy, NetworkEntry inner) {
        return policy.networks().stream()
                .filter(entry -> entry.length() < inner.length() && covers(entry, inner.address()))
                .max(Comparator.comparingInt(NetworkEntry::length))
                .orElse(null);
    }

    private static boolean covers(NetworkEntry entry, byte[] address) {
        for (int bit = 0; bit < entry.length(); bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((entry.address()[bit >> 3] & mask) != (address[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static boolean mapped(byte[] address) {
        return Arrays.equals(address, Network.of(new byte[4], 0).address());
    }

    private static @Nullable CompiledPolicy tryRead(byte[] form) {
        try {
            return CanonicalForm.read(form);
        } catch (MalformedPolicyException refused) {
            return null;
        }
    }
}
