package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.node.dns.wire.Names;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class KnownNamesTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5 * SECOND);
    private final KnownNames names = new KnownNames(nanos::get);

    @Test
    void an_address_has_its_last_four_names_the_newest_last_and_each_once() {
        for (String name : List.of("a", "bb", "ccc", "d", "bb", "e", "a-longer-one")) {
            learn(name + ".test", 1, 60);
        }
        assertEquals(List.of("d.test", "bb.test", "e.test", "a-longer-one.test"), of(1));
        assertEquals(List.of(), of(2));
    }

    @Test
    void names_are_good_as_long_as_the_last_of_them_also_when_the_clock_wraps() {
        learn("a.test", 1, 60);
        learn("b.test", 1, 10);
        nanos.addAndGet(60 * SECOND - 1);
        assertEquals(List.of("a.test", "b.test"), of(1));
        nanos.incrementAndGet();
        assertEquals(List.of(), of(1));
        learn("c.test", 1, 10);
        assertEquals(List.of("a.test", "b.test", "c.test"), of(1));
    }

    @Test
    void of_more_addresses_than_there_is_room_for_the_oldest_go() {
        int many = 3 * KnownNames.MAX_ADDRESSES + 100;
        for (int i = 0; i < many; i++) {
            learn("n" + i + ".test", i, 60);
            learn("m" + i + ".test", i, 60);
        }
        for (int i = 0; i < many; i++) {
            boolean kept = i >= many - KnownNames.MAX_ADDRESSES;
            assertEquals(kept ? List.of("n" + i + ".test", "m" + i + ".test") : List.of(), of(i));
        }
    }

    private void learn(String name, int address, int seconds) {
        names.learned(Names.wire(name), List.of(address(address)), seconds);
    }

    private List<String> of(int address) {
        return names.of(address(address)).stream().map(Names::text).toList();
    }

    private static byte[] address(int last) {
        return ByteBuffer.allocate(16).putInt(8, 0xffff).putInt(12, last).array();
    }
}
