package io.fleetwall.node.dns.cache;

import static io.fleetwall.node.dns.cache.Questions.answer;
import static io.fleetwall.node.dns.cache.Questions.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fleetwall.node.dns.wire.QueryView;
import java.time.Duration;
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
                case 0 ->
                        cache.keep(query, answer(query, steps[i + 2] & 0x1f, steps[i + 2] & 0xff));
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
            assertEquals(found.records(), found.answer().addresses().size());
        }
    }
}
