package io.fleetwall.protocol.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Several frames in one HTTP body, for links over which no WebSocket comes through: each with its
 * length (32 bits) before it. WebSockets mark the ends of frames themselves.
 */
public final class FrameList {
    /** Bytes of a length. */
    public static final int PREFIX = Integer.BYTES;

    private FrameList() {}

    /** One body of these frames, in order. */
    public static byte[] join(List<byte[]> frames) {
        int size = 0;
        for (byte[] frame : frames) {
            size = Math.addExact(size, PREFIX + frame.length);
        }
        ByteBuffer body = ByteBuffer.allocate(size);
        frames.forEach(frame -> body.putInt(frame.length).put(frame));
        return body.array();
    }

    /** The frames of one body, in order. */
    public static List<byte[]> split(byte[] body) throws MalformedMessageException {
        ByteBuffer in = ByteBuffer.wrap(body);
        List<byte[]> frames = new ArrayList<>();
        while (in.hasRemaining()) {
            if (in.remaining() < PREFIX) {
                throw new MalformedMessageException(in.position(), "a length that is cut off");
            }
            int length = in.getInt();
            if (length < 1 || length > in.remaining()) {
                throw new MalformedMessageException(
                        in.position(), "frame of " + length + " bytes, has " + in.remaining());
            }
            byte[] frame = new byte[length];
            in.get(frame);
            frames.add(frame);
        }
        return frames;
    }
}
