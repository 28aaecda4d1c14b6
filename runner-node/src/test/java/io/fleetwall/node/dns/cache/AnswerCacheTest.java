package io.fleetwall.node.dns.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.Names;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.QuestionKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AnswerCacheTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5 * SECOND);

    @Test
    void a_million_names_never_exceed_the_bytes_allowed() {
        AnswerCache cache = new AnswerCache(1 << 20, nanos::get);
        for (int i = 0; i < 1_000_000; i++) {
            keep(cache, "n" + i + ".acme.test", 60);
            assertTrue(cache.bytes() <= 1 << 20);
        }
        assertTrue(cache.size() > 1000);
        assertNull(cache.find(query("n0.acme.test")));
        assertNotNull(cache.find(query("n999999.acme.test")));
    }

    @Test
    void what_is_used_stays_when_others_go() {
        AnswerCache cache = new AnswerCache(1 << 16, nanos::get);
        keep(cache, "used.acme.test", 60);
        for (int i = 0; i < 10_000; i++) {
            keep(cache, "n" + i + ".acme.test", 60);
            assertNotNull(cache.find(query("used.acme.test")));
        }
    }

    @Test
    void a_flood_of_names_asked_once_pushes_out_nothing_that_is_asked_often() {
        AnswerCache cache = new AnswerCache(1 << 16, nanos::get);
        for (int i = 0; i < 50; i++) {
            keep(cache, "hot" + i + ".acme.test", 60);
            for (int j = 0; j < 10; j++) {
                assertNotNull(cache.find(query("hot" + i + ".acme.test")));
            }
        }
        for (int i = 0; i < 500; i++) {
            keep(cache, "n" + i + ".acme.test", 60);
        }
        for (int i = 0; i < 50; i++) {
            assertNotNull(cache.find(query("hot" + i + ".acme.test")), "hot" + i);
        }
        assertNull(cache.find(query("n0.acme.test")));
    }

    @Test
    void an_outlived_answer_is_given_for_half_a_minute_at_a_time_until_its_grace_ends() {
        AnswerCache cache = new AnswerCache(1 << 16, Duration.ofSeconds(100), nanos::get);
        keep(cache, "www.acme.test", 10);
        nanos.addAndGet(10 * SECOND);
        assertNull(cache.find(query("www.acme.test")));

        CachedAnswer outlived = cache.findOutlived(query("www.acme.test"));
        assertNotNull(outlived);
        assertEquals(CachedAnswer.Freshness.STALE, outlived.freshness());
        assertEquals(30, outlived.remainingSeconds(nanos.get()));
        assertEquals(outlived, cache.find(query("www.acme.test")));

        nanos.addAndGet(99 * SECOND);
        assertNotNull(cache.findOutlived(query("www.acme.test")));
        nanos.addAndGet(31 * SECOND);
        assertNull(cache.findOutlived(query("www.acme.test")));
        assertEquals(0, cache.bytes());
    }

    @Test
    void only_a_hot_answer_near_its_end_is_renewed_and_once() {
        AnswerCache cache = new AnswerCache(1 << 16, nanos::get);
        keep(cache, "www.acme.test", 100);
        for (int i = 0; i < 5; i++) {
            assertFalse(find(cache).takeRenewal());
        }
        nanos.addAndGet(90 * SECOND);
        assertTrue(find(cache).takeRenewal());
        assertFalse(find(cache).takeRenewal());

        keep(cache, "www.acme.test", 100);
        nanos.addAndGet(90 * SECOND);
        assertFalse(find(cache).takeRenewal());
    }

    private static CachedAnswer found(@Nullable CachedAnswer answer) {
        assertNotNull(answer);
        return answer;
    }

    private CachedAnswer find(AnswerCache cache) {
        return found(cache.find(query("www.acme.test")));
    }

    @Test
    void an_answer_ends_with_its_ttl_also_when_the_clock_wraps() {
        AnswerCache cache = new AnswerCache(1 << 16, nanos::get);
        keep(cache, "www.acme.test", 10);
        nanos.addAndGet(10 * SECOND - 1);
        assertNotNull(cache.find(query("www.acme.test")));
        nanos.incrementAndGet();
        assertNull(cache.find(query("www.acme.test")));
        assertEquals(0, cache.bytes());
    }

    @Test
    void an_answer_replaced_is_counted_once() {
        AnswerCache cache = new AnswerCache(1 << 16, nanos::get);
        keep(cache, "www.acme.test", 10);
        long once = cache.bytes();
        keep(cache, "www.acme.test", 20);
        assertEquals(once, cache.bytes());
    }

    private void keep(AnswerCache cache, String name, int ttl) {
        Answer answer = new Answer(new byte[64], new int[1], ttl, List.of(new byte[16]), List.of());
        cache.keep(QuestionKey.of(query(name)), new CachedAnswer(answer, nanos.get()));
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
