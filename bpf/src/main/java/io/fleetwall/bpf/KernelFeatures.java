package io.fleetwall.bpf;

import io.fleetwall.bpf.Feature.Presence;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this machine has of what the data plane needs. Works without root and changes nothing; what
 * only root can see is reported as unknown.
 */
public final class KernelFeatures {
    /** Numbers of linux/capability.h. */
    private static final int CAP_NET_ADMIN = 12;

    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;

    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);
    private static final int TCX_MAJOR = 6;
    private static final int TCX_MINOR = 6;

    private KernelFeatures() {}

    /** Every feature, the basic ones first. */
    public static List<Feature> probe() {
        Presence library = library();
        return List.of(
                new Feature(
                        "libbpf",
                        "libbpf 1.x (libbpf.so.1)",
                        library,
                        "no program can be loaded",
                        "apt-get install libbpf1"),
                new Feature(
                        "tcx",
                        "Linux 6.6 or newer (TCX)",
                        kernel(),
                        "attached as a clsact filter: it survives the agent, but goes with the"
                                + " qdisc; no pinned link keeps it, and filters that root puts"
                                + " before it are not noticed",
                        "install a newer kernel"),
                new Feature(
                        "capabilities",
                        "CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON",
                        capabilities(),
                        "no program can be loaded or attached",
                        "run the node as root, or give its service these capabilities"),
                new Feature(
                        "bpffs",
                        "BPF file system",
                        bpffs(),
                        "enforcement would end with the agent",
                        "mount -t bpf bpf /sys/fs/bpf"),
                new Feature(
                        "bpf",
                        "bpf(2)",
                        library == Presence.PRESENT ? syscall() : Presence.UNKNOWN,
                        "the kernel refuses to make a map",
                        "a kernel with CONFIG_BPF_SYSCALL, and a seccomp profile that lets bpf(2)"
                                + " pass"),
                new Feature(
                        "cgroup2",
                        "control groups, version 2",
                        presence(ControlGroups.root().isPresent()),
                        "events do not name the process; everything else works",
                        "mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified"),
                new Feature(
                        "btf",
                        "kernel type information (/sys/kernel/btf/vmlinux)",
                        presence(hasTypes()),
                        "events do not name the process, and who may use packet sockets can have"
                                + " the device write a checksum over an address after it was"
                                + " judged; so too before Linux 6.2",
                        "a kernel with CONFIG_DEBUG_INFO_BTF"),
                new Feature(
                        "jit",
                        "BPF just-in-time compiler",
                        jit(),
                        "each packet costs many times more",
                        "sysctl net.core.bpf_jit_enable=1"));
    }

    /** Whether the kernel's own view of packets and processes can be read. */
    static boolean hasTypes() {
        return Files.exists(Path.of("/sys/kernel/btf/vmlinux"));
    }

    /** A pinned TCX link where the kernel has them, else a filter. */
    static Attachment.Hook bestHook() {
        return kernel() == Presence.MISSING ? Attachment.Hook.CLSACT : Attachment.Hook.TCX;
    }

    private static Presence library() {
        try (Arena arena = Arena.ofConfined()) {
            return open(arena).isPresent() ? Presence.PRESENT : Presence.MISSING;
        }
    }

    @SuppressWarnings("restricted") // only looked for
    private static Optional<SymbolLookup> open(Arena arena) {
        try {
            return Optional.of(SymbolLookup.libraryLookup("libbpf.so.1", arena));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Presence kernel() {
        Matcher release = RELEASE.matcher(text(Path.of("/proc/sys/kernel/osrelease")).orElse(""));
        if (!release.matches()) {
            return Presence.UNKNOWN;
        }
        int major = Integer.parseInt(release.group(1));
        int minor = Integer.parseInt(release.group(2));
        return presence(major > TCX_MAJOR || (major == TCX_MAJOR && minor >= TCX_MINOR));
    }

    private static Presence capabilities() {
        long held =
                text(Path.of("/proc/self/status"))
                        .orElse("")
                        .lines()
                        .filter(line -> line.startsWith("CapEff:"))
                        .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                        .findFirst()
                        .orElse(0);
        boolean bpf = has(held, CAP_BPF) && has(held, CAP_PERFMON);
        return presence(has(held, CAP_NET_ADMIN) && (bpf || has(held, CAP_SYS_ADMIN)));
    }

    private static boolean has(long capabilities, int capability) {
        return (capabilities >> capability & 1) == 1;
    }

    private static Presence bpffs() {
        return presence(
                text(Path.of("/proc/self/mounts"))
                        .orElse("")
                        .lines()
                        .anyMatch(line -> line.contains(" bpf rw")));
    }

    private static Presence syscall() {
        if (capabilities() != Presence.PRESENT) {
            return Presence.UNKNOWN;
        }
        MapInfo smallest = new MapInfo(Libbpf.MAP_TYPE_ARRAY, 0, 4, 8, 1);
        try (BpfMap map = BpfMap.create("fw_probe", smallest, 0)) {
            return presence(map.info().maxEntries() == 1);
        } catch (BpfException e) {
            return Presence.MISSING;
        }
    }

    /** Readable by root only; absent where the kernel always compiles. */
    private static Presence jit() {
        Path setting = Path.of("/proc/sys/net/core/bpf_jit_enable");
        if (!Files.exists(setting)) {
            return Presence.PRESENT;
        }
        return text(setting)
                .map(text -> presence(!text.strip().equals("0")))
                .orElse(Presence.UNKNOWN);
    }

    private static Presence presence(boolean found) {
        return found ? Presence.PRESENT : Presence.MISSING;
    }

    private static Optional<String> text(Path path) {
        try {
            return Optional.of(Files.readString(path, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
