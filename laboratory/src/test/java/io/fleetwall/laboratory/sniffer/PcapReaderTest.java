package io.fleetwall.laboratory.sniffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PcapReaderTest {
    private static ByteBuffer header(ByteOrder order) {
        return ByteBuffer.allocate(256)
                .order(order)
                .putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(2_048)
                .putInt(1);
    }

    private static PcapReader reader(ByteBuffer bytes) throws IOException {
        byte[] written = new byte[bytes.position()];
        bytes.get(0, written);
        return new PcapReader(new ByteArrayInputStream(written));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void framesOfEitherByteOrderAreRead(boolean big) throws IOException {
        ByteBuffer bytes = header(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(7).putInt(5).putInt(3).putInt(3).put(new byte[] {1, 2, 3});
        PcapReader reader = reader(bytes);
        PcapReader.Frame frame = reader.next().orElseThrow();
        assertEquals(7_000_005, frame.epochMicros());
        assertArrayEquals(new byte[] {1, 2, 3}, frame.bytes());
        assertTrue(reader.next().isEmpty());
    }

    @Test
    void aCaptureThatEndsWithinAFrameEndsBeforeIt() throws IOException {
        ByteBuffer bytes = header(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(7).putInt(5).putInt(30).putInt(30).put(new byte[] {1, 2, 3});
        assertTrue(reader(bytes).next().isEmpty());
    }

    @Test
    void aLengthNobodyCapturesIsAnErrorAndNoAllocation() throws IOException {
        ByteBuffer bytes = header(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(7).putInt(5).putInt(Integer.MAX_VALUE).putInt(3);
        PcapReader reader = reader(bytes);
        assertThrows(IOException.class, reader::next);
    }

    @Test
    void whatIsNoCaptureIsRefused() {
        assertThrows(IOException.class, () -> reader(ByteBuffer.allocate(24).position(24)));
        assertThrows(EOFException.class, () -> reader(ByteBuffer.allocate(3).position(3)));
    }
}
