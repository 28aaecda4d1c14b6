package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.PacketSocket.Family;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets of a real process, in the network namespace of the test's own JVM. */
@Timeout(180)
class PacketSocketsTest {
    private static final int ROUNDS = 200;
    private static final long A_MILLISECOND = 1_000_000;

    private static Process python(String lines) throws IOException {
        Process process =
                new ProcessBuilder("python3", "-c", lines + "\nprint('open', flush=True)\ninput()")
                        .redirectErrorStream(true)
                        .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        assertEquals("open", output.readLine());
        return process;
    }

    private static List<PacketSocket> of(Family family, List<PacketSocket> sockets) {
        return sockets.stream().filter(socket -> socket.family() == family).toList();
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Test
    void aPacketSocketIsToldWithItsHolderUntilItIsClosed() throws Exception {
        try (PacketSockets sockets = PacketSockets.open()) {
            assertEquals(List.of(), of(Family.PACKET, sockets.list()));
            Process sniffer =
                    python(
                            """
                            import socket
                            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0300)
                            s.bind(('lo', 3))\
                            """);
            try {
                List<PacketSocket> seen = of(Family.PACKET, sockets.list());
                assertEquals(1, seen.size(), seen.toString());
                assertEquals(1, seen.getFirst().ifindex());
                PacketSocket.Holder holder = seen.getFirst().holder().orElseThrow();
                assertEquals(sniffer.pid(), holder.pid());
                assertTrue(holder.executable().contains("python"), holder.executable());
                assertTrue(holder.command().startsWith("python"), holder.command());
                assertEquals(seen, of(Family.PACKET, sockets.list()), "as long as it is open");
            } finally {
                end(sniffer);
            }
            assertEquals(List.of(), of(Family.PACKET, sockets.list()));
        }
    }

    @Test
    void socketsOfTheOtherFamiliesAreToldWhereTheKernelShowsThem() throws Exception {
        try (PacketSockets sockets = PacketSockets.open()) {
            sockets.list();
            for (Family family : List.of(Family.XDP, Family.VSOCK)) {
                if (sockets.unseen().contains(family)) {
                    assertEquals(List.of(), of(family, sockets.list()));
                    continue;
                }
                int type = family == Family.XDP ? 3 : 1;
                String bind = family == Family.VSOCK ? "\ns.bind((0xffffffff, 4321))" : "";
                Process holder =
                        python(
                                "import socket\ns = socket.socket(%d, %d)%s"
                                        .formatted(family.number(), type, bind));
                try {
                    assertTrue(
                            of(family, sockets.list()).stream()
                                    .flatMap(socket -> socket.holder().stream())
                                    .anyMatch(found -> found.pid() == holder.pid()),
                            () -> family + ": " + sockets.list());
                } finally {
                    end(holder);
                }
            }
        }
    }

    @Test
    void askingCostsLessThanAMillisecondWhileThereIsNone() {
        try (PacketSockets sockets = PacketSockets.open()) {
            long[] nanos = new long[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                long begun = System.nanoTime();
                sockets.list();
                nanos[i] = System.nanoTime() - begun;
            }
            Arrays.sort(nanos);
            System.out.println("packet sockets, none: median " + nanos[ROUNDS / 2] + " ns");
            assertTrue(nanos[ROUNDS / 2] < A_MILLISECOND, "median " + nanos[ROUNDS / 2] + " ns");
        }
    }
}
