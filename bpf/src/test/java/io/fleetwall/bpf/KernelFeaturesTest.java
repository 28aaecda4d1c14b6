package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class KernelFeaturesTest {
    @Test
    void aMachineThatRunsTheseTestsHasEveryFeature() {
        List<Feature> missing =
                KernelFeatures.probe().stream().filter(feature -> !feature.present()).toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void withoutPrivilegeTheProbeNamesWhatIsMissingAndHowToGetIt() {
        String report =
                Shell.run(
                        List.of(
                                "setpriv",
                                "--bounding-set=-all",
                                "--inh-caps=-all",
                                ProcessHandle.current().info().command().orElseThrow(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Probe.class.getName()));
        assertTrue(report.contains("CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON: MISSING"), report);
        assertTrue(report.contains("run the node as root"), report);
        assertTrue(report.contains("bpf(2): UNKNOWN"), report);
        assertFalse(report.contains("Exception"), report);
    }

    /** What the test runs without privilege. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] arguments) {
            KernelFeatures.probe().forEach(System.out::println);
        }
    }
}
