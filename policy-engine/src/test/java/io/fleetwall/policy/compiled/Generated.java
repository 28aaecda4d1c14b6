package io.fleetwall.policy.compiled;

import io.fleetwall.policy.catalogue.EffectivePolicy;
import io.fleetwall.policy.catalogue.ScopedRule;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.HostPattern;
import io.fleetwall.policy.document.HostPattern.Depth;
import io.fleetwall.policy.document.HostRule;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.Network;
import io.fleetwall.policy.document.NetworkRule;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.document.Origin;
import io.fleetwall.policy.document.PortClass;
import io.fleetwall.policy.document.PortRange;
import io.fleetwall.policy.document.Ports;
import io.fleetwall.policy.document.QueryTypes;
import io.fleetwall.policy.document.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Policies from a seed, dense enough that their rules meet: few labels, few networks, few ports.
 */
final class Generated {
    private static final List<String> LABELS = List.of("a", "b", "c", "ab", "a-b", "_x");
    private static final int[] LENGTHS4 = {0, 1, 7, 8, 12, 16, 23, 24, 30, 31, 32};
    private static final int[] LENGTHS6 = {0, 1, 31, 32, 48, 64, 80, 95, 96, 97, 127, 128};

    private final Random random;
    private int line;

    Generated(long seed) {
        random = new Random(seed);
    }

    EffectivePolicy policy(int rules) {
        List<ScopedRule> allow = new ArrayList<>();
        List<ScopedRule> deny = new ArrayList<>();
        for (int i = 0; i < rules; i++) {
            (random.nextInt(3) == 0 ? deny : allow).add(new ScopedRule("generated", rule()));
        }
        return new EffectivePolicy(
                pick(Mode.values()),
                pick(Fallback.values()),
                pick(OnDeny.values()),
                random.nextBoolean()
                        ? QueryTypes.UNSTATED
                        : QueryTypes.of(List.of(1, 2 + random.nextInt(39), 256)),
                allow,
                deny,
                List.of("generated"));
    }

    /** An address near the rules' networks: 4 or 16 bytes. */
    byte[] address() {
        byte[] address = new byte[random.nextBoolean() ? 4 : 16];
        for (int i = 0; i < address.length; i++) {
            address[i] = random.nextInt(3) == 0 ? (byte) (random.nextInt(3) - 1) : 0;
        }
        return address;
    }

    /** A name near the rules' hosts. */
    String name() {
        List<String> labels = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            labels.add(LABELS.get(random.nextInt(LABELS.size())));
        }
        return String.join(".", labels);
    }

    /** A port key near the rules' ports. */
    int key() {
        return pick(PortClass.values()).key(random.nextInt(12));
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    private Rule rule() {
        Origin origin = new Origin("generated.yaml", ++line, 1);
        String reason = random.nextInt(4) == 0 ? "reason " + line : "";
        if (random.nextBoolean()) {
            HostPattern pattern = new HostPattern(pick(Depth.values()), name());
            return new HostRule(pattern, ports(), reason, Optional.empty(), origin);
        }
        byte[] address = address();
        int[] lengths = address.length == 4 ? LENGTHS4 : LENGTHS6;
        Network network = Network.of(address, lengths[random.nextInt(lengths.length)]);
        return new NetworkRule(network, ports(), reason, Optional.empty(), origin);
    }

    private Ports ports() {
        if (random.nextInt(5) == 0) {
            return random.nextBoolean() ? Ports.EVERYTHING : Ports.ANY;
        }
        List<PortRange> ranges = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int first = random.nextInt(10);
            ranges.add(new PortRange(pick(PortClass.values()), first, first + random.nextInt(3)));
        }
        return new Ports(ranges);
    }

    private <E> E pick(E[] values) {
        return values[random.nextInt(values.length)];
    }
}
