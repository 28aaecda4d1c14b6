package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.verdict.Reason;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames whose checksum is still to be written, by packet sockets that say where. */
class ChecksumTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/checksum-test");

    private static JobNamespace job;
    private static DataPlane plane;

    @BeforeAll
    static void contains() {
        job = new JobNamespace();
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        int ifindex = Interfaces.indexOf(JobNamespace.HOST_LINK);
        plane.attach(JobNamespace.HOST_LINK, ifindex, Direction.INGRESS);
        TableSet set = plane.build(Policies.allowing("10.77.0.1/32 443"), 1, new byte[32]);
        plane.flip(ifindex, set, SlotOptions.NONE);
    }

    @AfterAll
    static void letsGo() throws IOException {
        plane.uninstall();
        job.close();
    }

    private static long counted(Reason reason) {
        return plane.telemetry().counters().getOrDefault(reason, 0L);
    }

    /** Offsets count from the first byte of the frame; the IP header begins at 14. */
    @ParameterizedTest
    @CsvSource({
        "tcp, 34, 2, CHECKSUM_OFFSET", // the port
        "tcp, 34, 6, CHECKSUM_OFFSET",
        "tcp, 30, 0, CHECKSUM_OFFSET", // the destination
        "tcp, 32, 18, CHECKSUM_OFFSET", // the right place, over the wrong bytes
        "tcp, 34, 16, ALLOWED_BY_RULE",
        "udp, 34, 2, CHECKSUM_OFFSET",
        "udp, 34, 16, CHECKSUM_OFFSET",
        "udp, 34, 6, DENIED_BY_DEFAULT"
    })
    void aChecksumIsWrittenOnlyWhereItsProtocolHasIt(
            String protocol, int start, int offset, Reason reason) {
        long before = counted(reason);
        job.attack("unfinished.py", protocol, "" + start, "" + offset);
        JobTraffic.await(() -> counted(reason) > before);
        assertEquals(before + 1, counted(reason));
    }

    @Test
    void anObjectWithoutTheKernelsTypesLoadsToo() {
        try (KernelObject object = KernelObject.load(KernelObject.UNTYPED, java.util.Map.of())) {
            assertTrue(object.programFd(KernelObject.JUDGE) > 0);
        }
    }
}
