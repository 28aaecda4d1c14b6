package io.fleetwall.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;

/**
 * Whatever comes over a link or lies in a spool: a message, or a refusal with its code, at a cost
 * in memory that the bytes have paid for.
 */
@Tag("fuzz")
final class MessageFuzzTest {
    /** Of a text of two bytes become a decoder, its buffer and a string. */
    private static final long BYTES_A_BYTE = 512;

    private static final long RESERVE = 1 << 20;

    /** Loading and instrumenting a class allocates too, but only once. */
    private static final int ATTEMPTS = 3;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private interface Reading {
        void read() throws MalformedMessageException;
    }

    @FuzzTest(maxDuration = "10m")
    void any_bytes_are_a_message_or_refused_with_a_code(byte[] bytes) {
        long most = RESERVE + BYTES_A_BYTE * bytes.length;
        long taken = taken(bytes);
        for (int attempt = 1; taken > most && attempt < ATTEMPTS; attempt++) {
            taken = taken(bytes);
        }
        assertTrue(taken <= most, taken + " bytes taken for " + bytes.length);
    }

    private long taken(byte[] bytes) {
        long before = threads.getCurrentThreadAllocatedBytes();
        judged(() -> again(bytes));
        judged(() -> EventForm.event(bytes));
        judged(() -> SignedPolicyForm.policy(bytes));
        judged(() -> FrameList.split(bytes));
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void judged(Reading reading) {
        try {
            reading.read();
        } catch (MalformedMessageException refused) {
            assertTrue(refused.code().matches("FW-L00[123]"), refused.code());
        }
    }

    /** What was understood is written as it will be understood again. */
    private static void again(byte[] bytes) throws MalformedMessageException {
        byte[] written = MessageCodec.encode(MessageCodec.decode(bytes));
        assertArrayEquals(written, MessageCodec.encode(MessageCodec.decode(written)));
    }
}
