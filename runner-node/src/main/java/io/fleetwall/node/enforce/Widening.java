package io.fleetwall.node.enforce;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.compiled.Outcome.Effect;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether one policy only adds to another. A swap that takes something away must not wait for
 * anything.
 */
final class Widening {
    /** Comparing more takes longer than the wait could save. */
    private static final int MAX_ENTRIES = 10_000;

    private Widening() {}

    /** False also when it is not known. */
    static boolean onlyAdds(CompiledPolicy before, CompiledPolicy next) {
        return nothing(before) || keepsAll(before, next);
    }

    private static boolean keepsAll(CompiledPolicy before, CompiledPolicy next) {
        return size(before) <= MAX_ENTRIES
                && size(next) <= MAX_ENTRIES
                && (before.mode() == next.mode() || next.mode() == Mode.AUDIT)
                && (before.fallback() == next.fallback() || next.fallback() == Fallback.ALLOW)
                && keeps(hosts(before), hosts(next))
                && keeps(networks(before), networks(next));
    }

    /** Nothing passes that could be taken away. */
    private static boolean nothing(CompiledPolicy policy) {
        return policy.mode() == Mode.ENFORCE
                && policy.fallback() == Fallback.DENY
                && policy.programs().stream().noneMatch(each -> each.speaks(Effect.ALLOW));
    }

    private static int size(CompiledPolicy policy) {
        return policy.hosts().size() + policy.networks().size();
    }

    private static <K> boolean keeps(Map<K, PortProgram> before, Map<K, PortProgram> next) {
        return before.entrySet().stream()
                        .allMatch(entry -> widens(entry.getValue(), next.get(entry.getKey())))
                && next.entrySet().stream()
                        .allMatch(entry ->
                                before.containsKey(entry.getKey())
                                        || !entry.getValue().speaks(Effect.DENY));
    }

    /** Every port that is allowed stays so, and none is denied that was not. */
    private static boolean widens(PortProgram before, @Nullable PortProgram next) {
        if (next == null) {
            return !before.speaks(Effect.ALLOW);
        }
        return IntStream.concat(IntStream.of(before.starts()), IntStream.of(next.starts()))
                .allMatch(key -> {
                    Effect was = Outcome.effect(before.at(key));
                    Effect is = Outcome.effect(next.at(key));
                    return was == is || is == Effect.ALLOW || was == Effect.DENY;
                });
    }

    private static Map<Object, PortProgram> hosts(CompiledPolicy policy) {
        Map<Object, PortProgram> hosts = new HashMap<>();
        policy.hosts()
                .forEach(host -> hosts.put(host.pattern(), policy.programs().get(host.program())));
        return hosts;
    }

    private static Map<Object, PortProgram> networks(CompiledPolicy policy) {
        Map<Object, PortProgram> networks = new HashMap<>();
        for (var network : policy.networks()) {
            List<Object> prefix =
                    List.of(java.nio.ByteBuffer.wrap(network.address()), network.length());
            networks.put(prefix, policy.programs().get(network.program()));
        }
        return networks;
    }
}
