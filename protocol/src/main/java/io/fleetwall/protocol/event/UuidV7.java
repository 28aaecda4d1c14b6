package io.fleetwall.protocol.event;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Time-ordered ids (RFC 9562, version 7): 48 bits of milliseconds, 74 of randomness. Ids of one
 * generator never go back, also when its clock does.
 */
public final class UuidV7 {
    private final InstantSource clock;
    private final RandomGenerator random;
    private long last;

    public UuidV7(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** A new id. */
    public synchronized UUID next() {
        last = Math.max(last, clock.millis());
        long most = last << 16 | 0x7000 | (random.nextLong() & 0xfff);
        long least = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(most, least);
    }
}
