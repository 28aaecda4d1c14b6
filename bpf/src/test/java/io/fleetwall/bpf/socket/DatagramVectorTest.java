package io.fleetwall.bpf.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DatagramVectorTest {
    private static final int NO_SUCH_DESCRIPTOR = 1_000_000;
    private static final int EBADF = 9;

    @Test
    void thisMachineHasTheSystemCalls() {
        assertTrue(DatagramVector.available());
    }

    @Test
    void anErrorOfTheSocketIsItsNumber() {
        try (DatagramVector vector = new DatagramVector(512)) {
            assertEquals(-EBADF, vector.receive(NO_SUCH_DESCRIPTOR));
        }
    }

    @Test
    void whatCannotBeSentIsCountedAndTheRestIsStillTried() {
        byte[] address = new byte[DatagramVector.ADDRESS_BYTES];
        try (DatagramVector vector = new DatagramVector(512)) {
            for (int i = 0; i < 70; i++) {
                vector.send(NO_SUCH_DESCRIPTOR, address, new byte[12], 12);
            }
            vector.send(NO_SUCH_DESCRIPTOR, address, new byte[513], 513);
            vector.flush();
            assertEquals(71, vector.unsent());
        }
        assertArrayEquals(new byte[DatagramVector.ADDRESS_BYTES], address);
    }

    /** Of 40 datagrams: twice 18 are alike in length and receiver, and 4 have a length each. */
    @Test
    void equallyLongDatagramsToOneReceiverAreOnePacketUntilTheyArrive() throws IOException {
        Set<String> expected = new HashSet<>();
        try (DatagramVector vector = new DatagramVector(2048);
                OpenSocket from = OpenSocket.at("127.0.0.1");
                OpenSocket one = OpenSocket.at("127.0.0.1");
                OpenSocket other = OpenSocket.at("127.0.0.2")) {
            long before = packets();
            for (int i = 0; i < 36; i++) {
                OpenSocket to = i % 2 == 0 ? one : other;
                vector.send(from.descriptor(), to.address(), message(i), 80);
                expected.add("80:" + i);
            }
            for (int i = 36; i < 40; i++) {
                vector.send(from.descriptor(), one.address(), message(i), 80 + i);
                expected.add((80 + i) + ":" + i);
            }
            assertEquals(0, vector.flush());

            assertEquals(6, packets() - before);
            Set<String> came = one.received(22);
            assertEquals(22, came.size());
            came.addAll(other.received(18));
            assertEquals(expected, came);
            assertEquals(0, vector.unsent());
        }
    }

    @Test
    void whereTheKernelTakesNoTrainEachDatagramGoesByItself() throws Exception {
        run("ip", "route", "replace", "local", "127.9.9.9", "dev", "lo", "mtu", "600");
        try (DatagramVector vector = new DatagramVector(2048);
                OpenSocket from = OpenSocket.at("127.0.0.1");
                OpenSocket to = OpenSocket.at("127.9.9.9")) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 10; i++) {
                    vector.send(from.descriptor(), to.address(), message(i), 1000);
                }
                assertEquals(0, vector.flush());
                assertEquals(10, to.received(10).size());
            }
            assertEquals(0, vector.unsent());
        } finally {
            run("ip", "route", "del", "local", "127.9.9.9", "dev", "lo");
        }
    }

    private static byte[] message(int first) {
        byte[] message = new byte[2048];
        message[0] = (byte) first;
        return message;
    }

    /** What the namespace's IP layer was asked to send. */
    private static long packets() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/net/snmp")).stream()
                .filter(line -> line.startsWith("Ip: ") && !line.contains("Forwarding"))
                .mapToLong(line -> Long.parseLong(line.split(" ", -1)[10]))
                .sum();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }
}
