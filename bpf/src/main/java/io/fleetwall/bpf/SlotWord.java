package io.fleetwall.bpf;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;

/**
 * The 64-bit word {@code generation:32 | table set:16 | mode:8 | flags:8} that a slot holds and
 * that every remembered flow is stamped with.
 */
record SlotWord(long bits) {
    static final int REJECT = 1;
    static final int DEFAULT_ALLOW = 2;
    static final int AUDIT = 1 << 8;

    static SlotWord of(int generation, int tableSet, int policy) {
        return new SlotWord((long) generation << 32 | (long) tableSet << 16 | policy);
    }

    /** The lower 16 bits that a policy alone decides: mode and its flags. */
    static int policyBits(CompiledPolicy policy) {
        int mode = policy.mode() == Mode.AUDIT ? AUDIT : 0;
        int reject = policy.onDeny() == OnDeny.REJECT ? REJECT : 0;
        int allow = policy.fallback() == Fallback.ALLOW ? DEFAULT_ALLOW : 0;
        return mode | reject | allow;
    }

    long generation() {
        return bits >>> 32;
    }

    int tableSet() {
        return (int) (bits >>> 16) & 0xffff;
    }

    Mode mode() {
        return (bits & 0xff00) == 0 ? Mode.ENFORCE : Mode.AUDIT;
    }

    int flags() {
        return (int) bits & 0xff;
    }
}
