package io.fleetwall.gateway.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** How fast revisions reached the nodes: from commit to the first and the last acknowledgement. */
public final class Rollouts {
    /** Enough for a look back; one entry is some dozens of bytes. */
    private static final int REMEMBERED = 256;

    private final ConcurrentSkipListMap<Long, Timing> timings = new ConcurrentSkipListMap<>();
    private final NanoClock clock;

    /** Monotonic time; {@code System::nanoTime} outside tests. */
    @FunctionalInterface
    public interface NanoClock {
        long nanos();
    }

    /** Rollouts timed by a clock. */
    public Rollouts(NanoClock clock) {
        this.clock = clock;
    }

    /**
     * When a revision was published here and how long after that nodes said that it is in force.
     *
     * @param first empty before the first acknowledgement
     */
    public record Timing(
            Instant published, long startNanos, Optional<Duration> first, Optional<Duration> last) {
        Timing acknowledged(long nanos) {
            Duration now = Duration.ofNanos(nanos - startNanos);
            return new Timing(
                    published, startNanos, Optional.of(first.orElse(now)), Optional.of(now));
        }
    }

    /** A revision took force in this gateway just now. */
    public void begin(long revision, Instant published) {
        timings.putIfAbsent(
                revision, new Timing(published, clock.nanos(), Optional.empty(), Optional.empty()));
        while (timings.size() > REMEMBERED) {
            timings.pollFirstEntry();
        }
    }

    void acknowledged(long revision) {
        timings.computeIfPresent(revision, (number, timing) -> timing.acknowledged(clock.nanos()));
    }

    /**
     * The newest revision that took force here.
     *
     * @param after how long ago
     */
    record Newest(long revision, Instant published, Duration after) {}

    Optional<Newest> newest() {
        return Optional.ofNullable(timings.lastEntry())
                .map(last ->
                        new Newest(
                                last.getKey(),
                                last.getValue().published(),
                                Duration.ofNanos(clock.nanos() - last.getValue().startNanos())));
    }

    /** What is known of a revision; empty when it was published before this gateway started. */
    public Optional<Timing> timing(long revision) {
        return Optional.ofNullable(((Map<Long, Timing>) timings).get(revision));
    }
}
