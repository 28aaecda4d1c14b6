package io.fleetwall.cli.doctor;

import io.fleetwall.cli.doctor.Check.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel lets this process do, as far as {@code /proc} and {@code /sys} tell: it works
 * without root, and says what root would add.
 */
final class KernelChecks {
    /** A capability that the runner node needs, by its bit in capability.h. */
    private record Capability(String name, int bit, String use) {}

    private static final List<Capability> CAPABILITIES =
            List.of(
                    new Capability("CAP_NET_ADMIN", 12, "attaches the packet filter"),
                    new Capability("CAP_BPF", 39, "loads the packet filter"),
                    new Capability(
                            "CAP_SYS_ADMIN", 21, "makes the demo's and the tests' namespaces"));

    /** TCX links, which outlive the agent and which no other program pushes aside unseen. */
    private static final int TCX = version(6, 6);

    /** The program exchanges words atomically and reads the coarse clock. */
    private static final int PROGRAM = version(5, 12);

    private final Path root;
    private final List<Check> checks = new ArrayList<>();

    private KernelChecks(Path root) {
        this.root = root;
    }

    static List<Check> run() {
        return run(Path.of("/"));
    }

    /** The checks of a machine whose {@code /proc} and {@code /sys} are below a directory. */
    static List<Check> run(Path root) {
        KernelChecks checks = new KernelChecks(root);
        checks.capabilities();
        checks.version();
        checks.presence("proc/filesystems", "bpf", "BPF file system", "CONFIG_BPF_SYSCALL");
        checks.file("sys/kernel/btf/vmlinux", "BTF", "CONFIG_DEBUG_INFO_BTF");
        checks.jit();
        return checks.checks;
    }

    private void capabilities() {
        Matcher line = Pattern.compile("CapEff:\\s*([0-9a-f]+)").matcher(read("proc/self/status"));
        long effective = line.find() ? Long.parseUnsignedLong(line.group(1), 16) : 0;
        for (Capability capability : CAPABILITIES) {
            boolean held = (effective >>> capability.bit & 1) == 1;
            add(
                    capability.name,
                    held ? State.FINE : State.MISSING,
                    capability.use,
                    "run as root (sudo); in a container: docker run --privileged");
        }
    }

    private static int version(int major, int minor) {
        return major * 1_000 + minor;
    }

    private void version() {
        String release = read("proc/sys/kernel/osrelease").strip();
        Matcher numbers = Pattern.compile("([0-9]+)\\.([0-9]+).*").matcher(release);
        int version =
                numbers.matches()
                        ? version(
                                Integer.parseInt(numbers.group(1)),
                                Integer.parseInt(numbers.group(2)))
                        : 0;
        State state = version >= TCX ? State.FINE : version >= PROGRAM ? State.WEAK : State.MISSING;
        String detail =
                switch (state) {
                    case FINE ->
                            "TCX links, by which the filter is attached and outlives the agent";
                    case WEAK ->
                            "attached as a clsact filter, without TCX: it outlives the agent, but goes"
                                    + " with the qdisc, and filters that root puts before it are"
                                    + " not noticed";
                    case MISSING -> "the filter needs at least Linux 5.12";
                };
        add("Linux " + release, state, detail, "Linux 6.6 or newer");
    }

    private void jit() {
        boolean on = !read("proc/sys/net/core/bpf_jit_enable").strip().equals("0");
        add(
                "BPF JIT",
                on ? State.FINE : State.WEAK,
                "packets are judged by machine code, not by an interpreter",
                "sysctl net.core.bpf_jit_enable=1");
    }

    private void presence(String file, String word, String name, String option) {
        boolean there = read(file).lines().anyMatch(line -> line.endsWith("\t" + word));
        add(
                name,
                there ? State.FINE : State.MISSING,
                kernelOption(option),
                "a kernel with " + option);
    }

    private void file(String file, String name, String option) {
        boolean there = Files.exists(root.resolve(file));
        add(
                name,
                there ? State.FINE : State.MISSING,
                kernelOption(option),
                "a kernel with " + option);
    }

    private static String kernelOption(String option) {
        return "the kernel's " + option;
    }

    private void add(String name, State state, String detail, String remedy) {
        checks.add(new Check("kernel", name, state, detail, state == State.FINE ? "" : remedy));
    }

    /** A file that cannot be read says nothing: the thing it would show counts as missing. */
    private String read(String file) {
        try {
            return Files.readString(root.resolve(file));
        } catch (IOException _) {
            return "";
        }
    }
}
