package io.fleetwall.node.dns.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.compiled.HostTable;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BusyNamesTest {
    private final AtomicLong nanos = new AtomicLong(17);

    private static void add(BusyNames names, String name) {
        byte[] wire = HostTable.wire(name);
        names.add(wire, wire.length);
    }

    @Test
    void a_busy_name_is_found_among_ten_thousand_that_pass() {
        BusyNames names = new BusyNames(nanos::get, 1);
        SplittableRandom random = new SplittableRandom(3);
        int busy = 0;
        for (int i = 0; i < 100_000; i++) {
            if (random.nextInt(50) == 0) {
                add(names, "busy.example");
                busy++;
            } else {
                add(names, "n" + random.nextInt(10_000) + ".example");
            }
        }
        Map<String, Long> counts = names.counts();
        long counted = counts.getOrDefault("busy.example", 0L);
        assertTrue(counted >= busy && counted <= busy + 100_000 / 128, counted + " of " + busy);
        assertEquals(128, counts.size());
        assertEquals(100_000, counts.values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void of_samples_the_count_is_that_of_all() {
        BusyNames names = new BusyNames(nanos::get, 16);
        for (int i = 0; i < 64_000; i++) {
            add(names, i % 4 == 0 ? "quarter.example" : "rest.example");
        }
        assertEquals(16_000.0, (double) names.counts().getOrDefault("quarter.example", 0L), 1_600);
    }

    @Test
    void names_that_nobody_asks_any_more_are_gone_after_two_minutes() {
        BusyNames names = new BusyNames(nanos::get, 1);
        add(names, "early.example");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(70));
        add(names, "late.example");
        add(names, "early.example");
        assertEquals(Map.of("early.example", 2L, "late.example", 1L), names.counts());
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(51));
        assertEquals(Map.of("early.example", 1L, "late.example", 1L), names.counts());
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(10));
        assertEquals(Map.of(), names.counts());
    }
}
