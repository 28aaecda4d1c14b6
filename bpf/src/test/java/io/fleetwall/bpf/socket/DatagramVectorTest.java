package io.fleetwall.bpf.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
