package io.fleetwall.bpf;

import io.fleetwall.policy.document.Mode;

/**
 * What is in force on an interface.
 *
 * @param generation of the table set; unique in this pin directory
 * @param revision of the policy
 * @param digest of the policy, 32 bytes
 * @param word the slot word; equals the stamp of events judged under it
 */
public record SlotState(
        int ifindex,
        long generation,
        long revision,
        byte[] digest,
        Mode mode,
        SlotOptions options,
        long word) {
    static SlotState of(int ifindex, TableSet set, SlotWord word) {
        return new SlotState(
                ifindex,
                word.generation(),
                set.revision(),
                set.digest(),
                word.mode(),
                SlotOptions.ofBits(word.flags()),
                word.bits());
    }
}
