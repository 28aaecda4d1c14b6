package io.fleetwall.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameListTest {
    private static final byte[] HEARTBEAT = MessageCodec.encode(Samples.named("heartbeat"));
    private static final byte[] HELLO = MessageCodec.encode(Samples.named("hello"));

    @Test
    void framesOfOneBodyComeBackInOrder() throws Exception {
        List<byte[]> back = FrameList.split(FrameList.join(List.of(HELLO, HEARTBEAT)));
        assertEquals(2, back.size());
        assertArrayEquals(HELLO, back.getFirst());
        assertArrayEquals(HEARTBEAT, back.getLast());
        assertTrue(FrameList.split(new byte[0]).isEmpty());
    }

    @Test
    void aBodyCutWithinAFrameIsRefusedAsAWhole() {
        byte[] whole = FrameList.join(List.of(HELLO, HEARTBEAT));
        for (int length = 1; length < whole.length; length++) {
            if (length == HELLO.length + FrameList.PREFIX) {
                continue;
            }
            byte[] cut = Arrays.copyOf(whole, length);
            var problem = assertThrows(MalformedMessageException.class, () -> FrameList.split(cut));
            assertEquals("FW-L001", problem.code());
        }
    }

    @Test
    void aLengthThatIsNoneAllocatesNothing() {
        for (byte first : new byte[] {(byte) 0x7f, (byte) 0xff, 0}) {
            byte[] body = {first, 0, 0, 0};
            assertThrows(MalformedMessageException.class, () -> FrameList.split(body));
        }
    }
}
