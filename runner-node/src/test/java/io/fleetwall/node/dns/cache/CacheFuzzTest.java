package io.fleetwall.node.dns.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.Names;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.QuestionKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/** Any sequence of questions, answers and time: never over its bytes, never an old answer. */
@Tag("fuzz")
final class CacheFuzzTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int CAPACITY = 8 << 10;

    @FuzzTest(maxDuration = "5m")
    void any_sequence_keeps_bytes_and_time(byte[] steps) {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 50 * SECOND);
        AnswerCache cache = new AnswerCache(CAPACITY, Duration.ofSeconds(100), nanos::get);
        for (int i = 0; i + 2 < steps.length; i += 3) {
            QueryView query = query("n" + (steps[i + 1] & 0x3f) + ".acme.test");
            switch (steps[i] & 3) {
                case 0 -> keep(cache, query, nanos.get(), steps[i + 2] & 0xff);
                case 1 -> check(cache.find(query), nanos.get());
                case 2 -> check(cache.findOutlived(query), nanos.get());
                default -> nanos.addAndGet((steps[i + 2] & 0xff) * SECOND / 4);
            }
            assertTrue(cache.bytes() >= 0 && cache.bytes() <= CAPACITY);
        }
        assertEquals(cache.size() == 0, cache.bytes() == 0);
    }

    private static void check(@Nullable CachedAnswer found, long now) {
        if (found != null) {
            assertTrue(found.remainingSeconds(now) > 0);
            assertNotNull(found.answer());
        }
    }

    private static void keep(AnswerCache cache, QueryView query, long now, int ttl) {
        byte[] message = new byte[64 + ttl];
        Answer answer = new Answer(message, new int[1], ttl, List.of(new byte[16]), List.of());
        cache.keep(QuestionKey.of(query), new CachedAnswer(answer, now));
    }

    private static QueryView query(String name) {
        byte[] wire = Names.wire(name);
        ByteBuffer message = ByteBuffer.allocate(16 + wire.length);
        message.putLong(0x0001010000010000L).putInt(0).put(wire).putShort((short) 1);
        message.putShort((short) 1);
        QueryView view = new QueryView();
        assertEquals(QueryView.Form.GOOD, view.read(message.array(), message.capacity()));
        return view;
    }
}
