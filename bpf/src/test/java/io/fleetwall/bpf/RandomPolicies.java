package io.fleetwall.bpf;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.NetworkEntry;
import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.compiled.PortProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Tables that no author would write, but every kernel must read alike. */
final class RandomPolicies {
    private static final List<String> BASES =
            List.of(
                    "192.0.2.10",
                    "192.0.3.1",
                    "198.18.0.1",
                    "10.1.2.3",
                    "2001:db8:20::10",
                    "2001:db8:21::1",
                    "fd00::1",
                    "0.0.0.0",
                    "::",
                    "255.255.255.255");

    private static final List<Outcome.Effect> EFFECTS = List.of(Outcome.Effect.values());

    private RandomPolicies() {}

    static CompiledPolicy policy(RandomGenerator random) {
        List<PortProgram> programs = new ArrayList<>();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            programs.add(program(random));
        }
        List<NetworkEntry> networks = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            NetworkEntry entry = network(random, random.nextInt(programs.size()));
            if (networks.stream().noneMatch(known -> samePrefix(known, entry))) {
                networks.add(entry);
            }
        }
        return Policies.of(programs, networks);
    }

    private static boolean samePrefix(NetworkEntry a, NetworkEntry b) {
        return a.length() == b.length() && java.util.Arrays.equals(a.address(), b.address());
    }

    static PortProgram program(RandomGenerator random) {
        TreeSet<Integer> starts = new TreeSet<>(List.of(0));
        int steps = random.nextInt(4) == 0 ? PortProgram.MAX_STEPS : 1 + random.nextInt(12);
        List<Integer> likely = List.of(22, 23, 53, 80, 443, 444, 8050, 65535);
        while (starts.size() < steps) {
            int number =
                    random.nextBoolean()
                            ? likely.get(random.nextInt(likely.size()))
                            : random.nextInt(0x10000);
            starts.add(random.nextInt(4) << 16 | number);
        }
        int[] outcomes = new int[starts.size()];
        for (int i = 0; i < outcomes.length; i++) {
            Outcome.Effect effect = EFFECTS.get(random.nextInt(EFFECTS.size()));
            outcomes[i] = effect == Outcome.Effect.NONE ? 0 : Outcome.of(effect, i + 1);
        }
        return PortProgram.of(starts.stream().mapToInt(Integer::intValue).toArray(), outcomes);
    }

    private static NetworkEntry network(RandomGenerator random, int program) {
        byte[] address = Policies.address(BASES.get(random.nextInt(BASES.size())));
        int length = random.nextInt(4) == 0 ? random.nextInt(129) : 96 + random.nextInt(33);
        for (int bit = length; bit < 128; bit++) {
            address[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
        }
        return new NetworkEntry(address, length, program);
    }
}
