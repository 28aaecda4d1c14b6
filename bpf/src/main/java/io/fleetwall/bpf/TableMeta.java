package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What the kernel remembers of a table set for the agent that adopts it (struct fw_table_meta).
 *
 * @param policy mode and flags as in the lower 16 bits of a slot word
 */
record TableMeta(long revision, int generation, int policy, int networks, byte[] digest) {
    private static final int DIGEST_BYTES = 32;
    private static final long REVISION = Layouts.offset(Layouts.TABLE_META, "revision");
    private static final long GENERATION = Layouts.offset(Layouts.TABLE_META, "generation");
    private static final long POLICY = Layouts.offset(Layouts.TABLE_META, "policy");
    private static final long NETWORKS = Layouts.offset(Layouts.TABLE_META, "networks");
    private static final long DIGEST = Layouts.offset(Layouts.TABLE_META, "digest");

    TableMeta {
        if (digest.length != DIGEST_BYTES) {
            throw new IllegalArgumentException("digest of " + digest.length + " bytes");
        }
        digest = digest.clone();
    }

    @Override
    public byte[] digest() {
        return digest.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TableMeta that
                && revision == that.revision
                && generation == that.generation
                && policy == that.policy
                && networks == that.networks
                && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return generation;
    }

    /** The generation of one as it stands in the kernel; 0 is none. */
    static int generation(MemorySegment value) {
        return value.get(JAVA_INT, GENERATION);
    }

    static TableMeta read(MemorySegment value) {
        return new TableMeta(
                value.get(JAVA_LONG, REVISION),
                value.get(JAVA_INT, GENERATION),
                value.get(JAVA_INT, POLICY),
                value.get(JAVA_INT, NETWORKS),
                value.asSlice(DIGEST, DIGEST_BYTES).toArray(JAVA_BYTE));
    }

    MemorySegment write(Arena arena) {
        MemorySegment value = arena.allocate(Layouts.TABLE_META);
        value.set(JAVA_LONG, REVISION, revision);
        value.set(JAVA_INT, GENERATION, generation);
        value.set(JAVA_INT, POLICY, policy);
        value.set(JAVA_INT, NETWORKS, networks);
        MemorySegment.copy(digest, 0, value, JAVA_BYTE, DIGEST, DIGEST_BYTES);
        return value;
    }
}
