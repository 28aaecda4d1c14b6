package io.fleetwall.bpf;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** {@code struct fw_process} of {@code process_layout.h}; a test compares it with the BTF. */
final class ProcessLayout {
    static final int PARENTS = 4;
    static final int PATH_PARTS = 8;
    static final int PATH_PART_BYTES = 32;
    static final int COMMAND_BYTES = 256;

    static final StructLayout PROCESS =
            MemoryLayout.structLayout(
                            ValueLayout.JAVA_LONG.withName("started"),
                            ValueLayout.JAVA_LONG.withName("exec"),
                            ValueLayout.JAVA_LONG.withName("cgroup"),
                            ValueLayout.JAVA_INT.withName("tgid"),
                            ValueLayout.JAVA_INT.withName("uid"),
                            MemoryLayout.sequenceLayout(PARENTS, ValueLayout.JAVA_INT)
                                    .withName("parents"),
                            bytes(16).withName("name"),
                            ValueLayout.JAVA_INT.withName("command_bytes"),
                            ValueLayout.JAVA_INT.withName("unused"),
                            bytes(PATH_PARTS * PATH_PART_BYTES).withName("path"),
                            bytes(COMMAND_BYTES).withName("command"))
                    .withName("fw_process");

    private ProcessLayout() {}

    private static MemoryLayout bytes(long size) {
        return MemoryLayout.sequenceLayout(size, ValueLayout.JAVA_BYTE);
    }
}
