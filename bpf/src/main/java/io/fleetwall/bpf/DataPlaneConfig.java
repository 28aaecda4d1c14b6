package io.fleetwall.bpf;

import java.nio.file.Path;

/**
 * Where the data plane lives.
 *
 * @param pinDirectory a directory on a mounted bpffs, for example {@code /sys/fs/bpf/fleetwall};
 *     made if absent, locked by the agent that has it open
 * @param hook how interfaces are attached from now on; those attached stay as they are
 */
public record DataPlaneConfig(Path pinDirectory, Attachment.Hook hook) {
    /** With the best hook this kernel has. */
    public DataPlaneConfig(Path pinDirectory) {
        this(pinDirectory, KernelFeatures.bestHook());
    }
}
