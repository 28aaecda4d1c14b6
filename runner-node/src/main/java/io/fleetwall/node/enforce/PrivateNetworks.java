package io.fleetwall.node.enforce;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.NetworkEntry;
import io.fleetwall.policy.compiled.Outcome;
import java.util.Comparator;
import java.util.List;

/**
 * Which networks a policy's own rules allow, for the one question DNS has about them: may an answer
 * point to this private address? Asked only for such addresses, so a row from the longest prefix to
 * the shortest is enough.
 */
record PrivateNetworks(List<Row> rows) {
    /** One prefix, its longest-match answer reduced to yes or no. */
    private record Row(Address address, int length, boolean allows) {
        boolean covers(Address other) {
            return same(address.high(), other.high(), Math.min(length, 64))
                    && same(address.low(), other.low(), Math.max(0, length - 64));
        }

        private static boolean same(long a, long b, int bits) {
            return bits == 0 || (a ^ b) >>> (64 - bits) == 0;
        }
    }

    static PrivateNetworks of(CompiledPolicy policy) {
        return new PrivateNetworks(
                policy.networks().stream()
                        .map(entry -> row(policy, entry))
                        .sorted(Comparator.comparingInt(Row::length).reversed())
                        .toList());
    }

    private static Row row(CompiledPolicy policy, NetworkEntry entry) {
        boolean allows = policy.programs().get(entry.program()).speaks(Outcome.Effect.ALLOW);
        return new Row(Address.of(entry.address()), entry.length(), allows);
    }

    boolean permits(byte[] address) {
        Address asked = Address.of(address);
        for (Row row : rows) {
            if (row.covers(asked)) {
                return row.allows;
            }
        }
        return false;
    }
}
