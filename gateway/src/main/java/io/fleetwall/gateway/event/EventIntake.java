package io.fleetwall.gateway.event;

import io.fleetwall.gateway.store.Database;
import io.fleetwall.protocol.message.EventBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes batches from all links and stores them: what has come together meanwhile shares one
 * transaction, because a synced commit costs the same for one event as for a thousand.
 *
 * <p>The store takes what is not above a source's highest sequence for a redelivery. So once a
 * batch was not stored, none behind it is, until the node has begun again with it.
 */
public final class EventIntake implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventIntake.class);

    /**
     * Nodes' own windows come to more when all of them speak at once; what finds no room is not
     * taken. 256 MiB at the worst, of batches of 256 KiB.
     */
    private static final int QUEUE = 1024;

    /** With so many waiting, links had better not be read: two seconds' work of a busy store. */
    private static final int CROWDED = 128;

    /** Keeps one transaction below about 50 ms, so that a publish never waits long for it. */
    private static final int BATCHES_A_COMMIT = 8;

    /** Where sources must begin again whose batch found no room. */
    private final Map<Source, Long> turnedAway = new ConcurrentHashMap<>();

    /** Where sources must begin again whose batch could not be stored; the worker's own. */
    private final Map<Source, Long> failed = new HashMap<>();

    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Database database;
    private final EventLog log;
    private final Thread worker;

    private record Waiting(String node, EventBatch batch, CompletableFuture<Long> stored) {
        Source source() {
            return new Source(node, batch.boot());
        }

        EventLog.Report report() {
            return new EventLog.Report(node, batch);
        }
    }

    /** One life of one node, whose events have one sequence. */
    private record Source(String node, UUID boot) {}

    /** An intake into a log; it works until closed. */
    public EventIntake(Database database, EventLog log) {
        this.database = database;
        this.log = log;
        this.worker = Thread.ofVirtual().name("event-intake").start(this::work);
    }

    /**
     * Takes a batch; never blocks. Completes with the last stored sequence once it is durable, or
     * exceptionally when it is not and the node must send it again: with a {@link
     * RejectedExecutionException} when nothing is wrong but that there is no room.
     */
    public CompletionStage<Long> take(String node, EventBatch batch) {
        Waiting one = new Waiting(node, batch, new CompletableFuture<>());
        if (isBehind(turnedAway, one)) {
            refuse(one, "an earlier batch found no room");
        } else if (queue.offer(one)) {
            turnedAway.remove(one.source());
        } else {
            turnedAway.put(one.source(), batch.firstSequence());
            refuse(one, "the intake is full");
        }
        return one.stored();
    }

    /** Whether who brings batches had better wait until one of theirs is stored. */
    public boolean isCrowded() {
        return queue.size() >= CROWDED;
    }

    private static boolean isBehind(Map<Source, Long> refused, Waiting one) {
        Long from = refused.get(one.source());
        return from != null && one.batch().firstSequence() > from;
    }

    private static void refuse(Waiting one, String why) {
        one.stored().completeExceptionally(new RejectedExecutionException(why));
    }

    private void work() {
        List<Waiting> together = new ArrayList<>();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                together.add(queue.take());
            } catch (InterruptedException closed) {
                return;
            }
            queue.drainTo(together, BATCHES_A_COMMIT - 1);
            together.removeIf(this::hasLostItsPredecessor);
            if (!together.isEmpty()) {
                store(together);
            }
            together.clear();
        }
    }

    private boolean hasLostItsPredecessor(Waiting one) {
        if (isBehind(failed, one)) {
            refuse(one, "an earlier batch was not stored");
            return true;
        }
        failed.remove(one.source());
        return false;
    }

    private void store(List<Waiting> together) {
        try {
            List<StoredEvent> stored =
                    database.write(transaction ->
                            log.append(
                                    transaction, together.stream().map(Waiting::report).toList()));
            together.forEach(one -> one.stored().complete(one.batch().lastSequence()));
            log.announce(stored);
        } catch (RuntimeException problem) {
            LOG.atError()
                    .addKeyValue("batches", together.size())
                    .setCause(problem)
                    .log("events not stored; their nodes send them again");
            together.forEach(
                    one -> failed.merge(one.source(), one.batch().firstSequence(), Math::min));
            together.forEach(one -> one.stored().completeExceptionally(problem));
        }
    }

    @Override
    public void close() {
        worker.interrupt();
        try {
            worker.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
