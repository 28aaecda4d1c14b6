package io.fleetwall.gateway.sink;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to try again: 0.5 s doubled at every attempt up to an hour, each shortened at random by up
 * to a third so that alerts which failed together do not come back together. After a day an alert
 * is dead: it stays listed, and is not tried again unless somebody asks for it.
 */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration GIVE_UP = Duration.ofDays(1);
    private final RandomGenerator random;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** What is to happen with an alert. */
    sealed interface Next {
        /** It was accepted. */
        record Done() implements Next {}

        /** It is tried again after a while. */
        record Again(Duration delay) implements Next {}

        /** It is given up. */
        record Dead() implements Next {}
    }

    Next after(Due due, Attempt attempt, long nowMillis) {
        return switch (attempt.result()) {
            case ACCEPTED -> new Next.Done();
            case REFUSED -> new Next.Dead();
            case FAILED ->
                    nowMillis - due.createdMillis() > GIVE_UP.toMillis()
                            ? new Next.Dead()
                            : new Next.Again(delay(due.attempts(), attempt));
        };
    }

    /**
     * When a sink of all events tries its next ones again: it asks with one request for all that
     * waits, so it need not wait longer than a minute for a receiver that may be back.
     */
    Duration pause(int attempts, Attempt attempt) {
        Duration delay = delay(attempts, attempt);
        Duration asked = attempt.retryAfter().orElse(Duration.ZERO);
        return delay.compareTo(SOON) <= 0 || asked.compareTo(SOON) > 0 ? delay : SOON;
    }

    Duration delay(int attempts, Attempt attempt) {
        int doublings = Math.clamp(attempts - 1, 0, 20);
        long full = Math.min(FIRST.toMillis() << doublings, LONGEST.toMillis());
        long delay = full - random.nextLong(full / 3 + 1);
        long asked = attempt.retryAfter().map(Duration::toMillis).orElse(0L);
        return Duration.ofMillis(Math.clamp(asked, delay, LONGEST.toMillis()));
    }
}
