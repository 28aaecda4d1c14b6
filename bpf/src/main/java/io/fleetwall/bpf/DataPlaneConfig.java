package io.fleetwall.bpf;

import java.nio.file.Path;

/**
 * Where the data plane lives.
 *
 * @param pinDirectory a directory on a mounted bpffs, for example {@code /sys/fs/bpf/fleetwall};
 *     made if absent, locked by the agent that has it open
 */
public record DataPlaneConfig(Path pinDirectory) {}
