package io.fleetwall.load.rollout;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * When each client acknowledged which revision, in {@code CLOCK_MONOTONIC} nanoseconds, which
 * processes of one machine share.
 */
final class Acknowledgements {
    private static final long LOOK_NANOS = 2_000_000;

    private final int clients;
    private final ConcurrentMap<Long, Round> rounds = new ConcurrentHashMap<>();

    /** The times of one revision, in the order of arrival. */
    private record Round(long[] nanos, AtomicInteger count, AtomicLong bytes) {
        Round(int clients) {
            this(new long[clients], new AtomicInteger(), new AtomicLong());
        }
    }

    Acknowledgements(int clients) {
        this.clients = clients;
    }

    /** A client has acknowledged a revision of so many bytes just now; once a client. */
    void add(long revision, int bytes) {
        long now = System.nanoTime();
        Round round = round(revision);
        round.bytes().addAndGet(bytes);
        int slot = round.count().getAndIncrement();
        if (slot < clients) {
            round.nanos()[slot] = now;
        }
    }

    int count(long revision) {
        return Math.min(clients, round(revision).count().get());
    }

    /** Waits for so many; returns how long each took since {@code base}. */
    JsonObject await(long revision, long base, Wanted wanted) {
        long deadline = System.nanoTime() + wanted.timeoutMillis() * 1_000_000;
        while (count(revision) < wanted.acknowledgements() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        int count = count(revision);
        long[] times = Arrays.copyOf(round(revision).nanos(), count);
        Arrays.sort(times);
        JsonObject said = new JsonObject().put("revision", revision).put("count", count);
        if (count > 0) {
            said.put("bytes", round(revision).bytes().get() / count)
                    .put("first", millis(times[0] - base))
                    .put("p50", millis(times[(count - 1) / 2] - base))
                    .put("p99", millis(times[(int) ((count - 1) * 0.99)] - base))
                    .put("max", millis(times[count - 1] - base));
        }
        return said;
    }

    /** How many acknowledgements to wait for, and for how long. */
    record Wanted(int acknowledgements, long timeoutMillis) {}

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private Round round(long revision) {
        return rounds.computeIfAbsent(revision, _ -> new Round(clients));
    }
}
