package io.fleetwall.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.cli.doctor.Check.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelChecksTest {
    @TempDir private Path root = Path.of("");

    private void machine(String capabilities, String release) throws IOException {
        write("proc/self/status", "Name:\tx\nCapEff:\t" + capabilities + "\n");
        write("proc/sys/kernel/osrelease", release + "\n");
        write("proc/filesystems", "nodev\tsysfs\nnodev\tbpf\n");
        write("proc/sys/net/core/bpf_jit_enable", "1\n");
        write("sys/kernel/btf/vmlinux", "");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private String missing() {
        return KernelChecks.run(root).stream()
                .filter(check -> check.state() == State.MISSING)
                .map(Check::name)
                .collect(Collectors.joining(","));
    }

    @Test
    void rootOnARecentKernelLacksNothing() throws IOException {
        machine("000001ffffffffff", "6.18.44-amd64");
        assertEquals(
                List.of(),
                KernelChecks.run(root).stream().filter(c -> c.state() != State.FINE).toList());
    }

    @Test
    void anOrdinaryUserIsToldWhichCapabilitiesAreMissing() throws IOException {
        machine("0000000000000000", "6.6.0");
        assertEquals("CAP_NET_ADMIN,CAP_BPF,CAP_SYS_ADMIN", missing());
    }

    @Test
    void aContainerWithoutBpfIsToldApartFromRoot() throws IOException {
        machine("00000000a80435fb", "6.6.0");
        assertTrue(missing().contains("CAP_BPF"), missing());
    }

    @Test
    void aKernelWithoutTcxIsUsableAndTheConsequenceNamed() throws IOException {
        machine("000001ffffffffff", "6.5.0-18-amd64");
        assertEquals("", missing());
        Check check =
                KernelChecks.run(root).stream()
                        .filter(c -> c.name().equals("Linux 6.5.0-18-amd64"))
                        .findFirst()
                        .orElseThrow();
        assertEquals(State.WEAK, check.state());
        assertTrue(check.detail().contains("goes with the qdisc"), check.detail());
        machine("000001ffffffffff", "5.12.0");
        assertEquals("", missing());
    }

    @Test
    void aKernelThatCannotLoadTheFilterIsNamed() throws IOException {
        machine("000001ffffffffff", "5.11.22");
        assertEquals("Linux 5.11.22", missing());
    }

    @Test
    void whatCannotBeReadIsMissingAndHasARemedy() {
        for (Check check : KernelChecks.run(root)) {
            assertTrue(check.state() == State.FINE || !check.remedy().isEmpty(), check::toString);
        }
        assertTrue(missing().contains("BTF"), missing());
    }
}
