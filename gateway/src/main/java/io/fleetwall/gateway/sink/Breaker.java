package io.fleetwall.gateway.sink;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Keeps a receiver that does not answer from being asked by everything that waits for it. After
 * five failures in a row it is left alone for a while, then one request tries it.
 */
final class Breaker {
    private static final int FAILURES = 5;
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private final RandomGenerator random;
    private int failures;
    private long openUntilMillis;

    Breaker(RandomGenerator random) {
        this.random = random;
    }

    /** How many requests may go out now. */
    int room(long nowMillis, int atOnce) {
        if (failures < FAILURES) {
            return atOnce;
        }
        return nowMillis >= openUntilMillis ? 1 : 0;
    }

    /** A refusal is an answer: the receiver works. */
    void heard(Attempt attempt, long nowMillis) {
        if (attempt.result() != Attempt.Result.FAILED) {
            failures = 0;
            return;
        }
        failures++;
        long full =
                Math.min(
                        FIRST.toMillis() << Math.clamp(failures - FAILURES, 0, 10),
                        LONGEST.toMillis());
        long asked = attempt.retryAfter().map(Duration::toMillis).orElse(0L);
        openUntilMillis = nowMillis + Math.max(full - random.nextLong(full / 3 + 1), asked);
    }

    boolean open(long nowMillis) {
        return room(nowMillis, 1) == 0;
    }
}
