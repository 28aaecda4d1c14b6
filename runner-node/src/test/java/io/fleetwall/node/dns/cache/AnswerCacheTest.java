package io.fleetwall.node.dns.cache;

import static io.fleetwall.node.dns.cache.Questions.answer;
import static io.fleetwall.node.dns.cache.Questions.query;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.Dns;
import io.fleetwall.node.dns.wire.Names;
import io.fleetwall.node.dns.wire.QueryView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
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

    private static void keep(AnswerCache cache, String name, int ttl) {
        QueryView query = query(name);
        cache.keep(query, answer(query, 1, ttl));
    }

    @Test
    void an_answer_comes_back_as_it_was_kept_whatever_it_holds() {
        AnswerCache cache = new AnswerCache(1 << 20, nanos::get);
        List<byte[]> aliases = List.of(Names.wire("a.acme.test"), Names.wire("b.cdn.test"));
        for (int addresses = 0; addresses <= 32; addresses++) {
            QueryView query = query("n" + addresses + ".acme.test");
            cache.keep(query, answer(query, addresses, 60, aliases.subList(0, addresses % 3)));
        }
        for (int addresses = 0; addresses <= 32; addresses++) {
            QueryView query = query("n" + addresses + ".acme.test");
            Answer kept = answer(query, addresses, 60, aliases.subList(0, addresses % 3));
            CachedAnswer found = found(cache.find(query));
            assertArrayEquals(
                    kept.message(), Arrays.copyOf(found.bytes(), found.length()), "message");
            Answer again = found.answer();
            assertArrayEquals(kept.message(), again.message());
            assertArrayEquals(kept.ttls(), again.ttls());
            assertEquals(60, again.ttlSeconds());
            assertArrayEquals(kept.addresses().toArray(), again.addresses().toArray());
            assertArrayEquals(kept.aliases().toArray(), again.aliases().toArray());
        }
    }

    @Test
    void name_and_type_and_DO_and_CD_make_a_question_each() {
        AnswerCache cache = new AnswerCache(1 << 16, nanos::get);
        keep(cache, "www.acme.test", 60);
        assertNull(cache.find(query("www.acme.test", Dns.AAAA)));
        assertNull(cache.find(query("ww.acme.test")));
        assertNull(cache.find(query("www.acme.tes")));
        QueryView disabled = disabled("www.acme.test");
        assertNull(cache.find(disabled));
        cache.keep(disabled, answer(disabled, 2, 60));
        assertEquals(2, found(cache.find(disabled)).answer().addresses().size());
        assertEquals(1, find(cache).answer().addresses().size());
    }

    /** With the bit CD. */
    private static QueryView disabled(String name) {
        byte[] wire = Names.wire(name);
        ByteBuffer message = ByteBuffer.allocate(16 + wire.length);
        message.putLong(0x0001011000010000L).putInt(0).put(wire).putInt(0x00010001);
        QueryView view = new QueryView();
        assertEquals(QueryView.Form.GOOD, view.read(message.array(), message.capacity()));
        return view;
    }

    @Test
    void an_answer_that_takes_the_place_of_another_has_nothing_of_it() {
        AnswerCache cache = new AnswerCache(1 << 14, Duration.ofSeconds(100), nanos::get);
        for (int i = 0; i < 1000; i++) {
            QueryView query = query("n" + i % 200 + ".acme.test");
            CachedAnswer kept = cache.keep(query, answer(query, 1, 20));
            assertEquals(CachedAnswer.Freshness.FRESH, kept.freshness());
            assertFalse(kept.taught(0, 7) || kept.taught(1, 7));
            assertFalse(kept.takeRenewal());
            kept.markTaught(0, 7);
            kept.markTaught(1, 7);
            nanos.addAndGet(19 * SECOND);
            for (int hit = 0; hit < i % 5; hit++) {
                assertEquals(kept, cache.find(query));
            }
            nanos.addAndGet(SECOND);
            if (i % 3 == 0) {
                CachedAnswer outlived = found(cache.findOutlived(query));
                assertFalse(outlived.taught(0, 7) || outlived.taught(1, 7));
                assertEquals(30, outlived.answer().ttlSeconds());
            }
        }
    }

    @Test
    void every_name_is_found_while_there_is_room_and_none_after_its_time() {
        AnswerCache cache = new AnswerCache(8 << 20, nanos::get);
        for (int i = 0; i < 20_000; i++) {
            keep(cache, "n" + i + ".acme.test", 60);
        }
        assertEquals(20_000, cache.size());
        for (int i = 0; i < 20_000; i++) {
            QueryView query = query("n" + i + ".acme.test");
            CachedAnswer found = found(cache.find(query));
            assertEquals(
                    "n" + i + ".acme.test",
                    Names.text(
                            Arrays.copyOfRange(
                                    found.bytes(), Dns.HEADER, Dns.HEADER + query.nameLength())));
        }
        nanos.addAndGet(60 * SECOND);
        for (int i = 0; i < 20_000; i++) {
            assertNull(cache.find(query("n" + i * 7 % 20_000 + ".acme.test")));
        }
        assertEquals(0, cache.size());
        assertEquals(0, cache.bytes());
    }

    @Test
    void answers_of_any_length_stay_within_the_bytes_allowed_and_the_longest_are_passed_on() {
        AnswerCache cache = new AnswerCache(1 << 14, nanos::get);
        for (int i = 0; i < 5000; i++) {
            QueryView query = query("n" + i + ".acme.test");
            int addresses = i % 7 == 0 ? 1000 : i * 31 % 800;
            CachedAnswer given = cache.keep(query, answer(query, addresses, 60));
            assertEquals(addresses, given.records());
            assertTrue(cache.bytes() <= 1 << 14);
            assertEquals(addresses < 1000, cache.find(query) != null, addresses + " addresses");
        }
        QueryView brief = query("brief.acme.test");
        int before = cache.size();
        assertEquals(0, cache.keep(brief, answer(brief, 1, 0)).remainingSeconds(nanos.get()));
        assertEquals(before, cache.size());
    }
}
