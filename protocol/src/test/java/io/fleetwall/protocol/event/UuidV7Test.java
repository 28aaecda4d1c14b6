package io.fleetwall.protocol.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UuidV7Test {
    @Test
    void anIdCarriesItsTimeVersionAndVariant() {
        Instant at = Instant.parse("2026-11-21T12:34:56.789Z");
        UUID id = new UuidV7(() -> at, new Random(1)).next();
        assertEquals(at.toEpochMilli(), id.getMostSignificantBits() >>> 16);
        assertEquals(7, id.version());
        assertEquals(2, id.variant());
    }

    @Test
    void idsDoNotGoBackWhenTheClockDoes() {
        Queue<Instant> times =
                new ArrayDeque<>(List.of(Instant.ofEpochMilli(2_000), Instant.ofEpochMilli(1_000)));
        UuidV7 ids = new UuidV7(times::remove, new Random(1));
        long first = ids.next().getMostSignificantBits() >>> 16;
        assertTrue(ids.next().getMostSignificantBits() >>> 16 >= first);
    }
}
