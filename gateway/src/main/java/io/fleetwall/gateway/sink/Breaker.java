package io.fleetwall.gateway.sink;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Keeps a receiver that does not answer from being asked by everything that waits for it. After
 * five failures in a row it is left alone for a while, then one request tries it. One that says how
 * long it wants to be left alone (429, 503) is, by everything that waits.
 */
final class Breaker {
    private static final int FAILURES = 5;
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** However long a receiver asks for; {@link Backoff} has the same for each alert. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final RandomGenerator random;
    private int failures;
    private long openUntilMillis;

    Breaker(RandomGenerator random) {
        this.random = random;
    }

    /** How many requests may go out now. */
    int room(long nowMillis, int atOnce) {
        if (nowMillis < openUntilMillis) {
            return 0;
        }
        return failures < FAILURES ? atOnce : 1;
    }

    /** A refusal is an answer: the receiver works. */
    void heard(Attempt attempt, long nowMillis) {
        if (attempt.result() != Attempt.Result.FAILED) {
            failures = 0;
            return;
        }
        failures++;
        long asked =
                Math.min(
                        attempt.retryAfter().map(Duration::toMillis).orElse(0L),
                        PATIENCE.toMillis());
        if (failures < FAILURES) {
            openUntilMillis = Math.max(openUntilMillis, nowMillis + asked);
            return;
        }
        long full =
                Math.min(
                        FIRST.toMillis() << Math.clamp(failures - FAILURES, 0, 10),
                        LONGEST.toMillis());
        openUntilMillis = nowMillis + Math.max(full - random.nextLong(full / 3 + 1), asked);
    }

    boolean open(long nowMillis) {
        return room(nowMillis, 1) == 0;
    }
}
