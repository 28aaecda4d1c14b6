package io.fleetwall.gateway.fleet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyFrameTest {
    private static byte[] message(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {126, 127, 300, 18_000, 32_767, 32_768, 65_534, 65_535})
    void a_client_reads_the_message_as_often_as_it_is_sent(int length) {
        byte[] message = message(length);
        ByteBuf wire = PolicyFrame.of(message).wire().orElseThrow();
        assertTrue(wire.isDirect());
        EmbeddedChannel client =
                new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, 1 << 17));
        for (int i = 0; i < 2; i++) {
            assertTrue(client.writeInbound(wire.retainedDuplicate()));
            BinaryWebSocketFrame frame = client.readInbound();
            assertTrue(frame.isFinalFragment());
            assertArrayEquals(message, ByteBufUtil.getBytes(frame.content()));
            frame.release();
        }
        assertEquals(1, wire.refCnt());
        client.finishAndReleaseAll();
    }

    @Test
    void what_one_short_frame_does_not_hold_has_the_message_alone() {
        for (int length : new int[] {1, 125, 65_536}) {
            PolicyFrame frame = PolicyFrame.of(message(length));
            assertTrue(frame.wire().isEmpty());
            assertArrayEquals(message(length), frame.message().getBytes());
        }
    }
}
