package io.fleetwall.policy.verdict;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.NetworkEntry;
import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.packet.Address;

/** What the kernel's LPM trie answers, by looking at every prefix. */
final class LongestMatch {
    private static final PortProgram NOTHING =
            PortProgram.of(new int[] {0}, new int[] {Outcome.NONE});

    private LongestMatch() {}

    /** The program of the longest prefix an address lies in; one that says nothing if none. */
    static PortProgram program(CompiledPolicy policy, Address address) {
        byte[] bits = address.bytes();
        NetworkEntry longest = null;
        for (NetworkEntry entry : policy.networks()) {
            if ((longest == null || entry.length() > longest.length()) && covers(entry, bits)) {
                longest = entry;
            }
        }
        return longest == null ? NOTHING : policy.programs().get(longest.program());
    }

    private static boolean covers(NetworkEntry entry, byte[] bits) {
        byte[] prefix = entry.address();
        for (int bit = 0; bit < entry.length(); bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((prefix[bit >> 3] & mask) != (bits[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }
}
