package io.fleetwall.gateway.event;

import io.fleetwall.gateway.store.Database;
import io.fleetwall.protocol.message.EventBatch;
import java.util.ArrayList;
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
 * <p>While the store fails, what was taken is kept and tried again, and links are held back; to let
 * it go would make nodes send it all again. What finds no room is not taken, and then nothing
 * behind it: the store takes what is not above a source's highest sequence for a redelivery.
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

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    /** Keeps one transaction below about 50 ms, so that a publish never waits long for it. */
    private static final int BATCHES_A_COMMIT = 8;

    /** Where sources must begin again whose batch found no room. */
    private final Map<Source, Long> turnedAway = new ConcurrentHashMap<>();

    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE);
    private final BatchWriter writer;
    private final EventLog log;
    private final Thread worker;
    private volatile boolean failing;

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
        this.writer = new BatchWriter(database, log);
        this.log = log;
        this.worker = Thread.ofVirtual().name("event-intake").start(this::work);
    }

    /**
     * Takes a batch; never blocks. Completes with the last stored sequence once it is durable, or
     * with a {@link RejectedExecutionException} when there is no room and the node must send it
     * again.
     */
    public CompletionStage<Long> take(String node, EventBatch batch) {
        Waiting one = new Waiting(node, batch, new CompletableFuture<>());
        if (isBehind(one)) {
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
        return failing || queue.size() >= CROWDED;
    }

    private boolean isBehind(Waiting one) {
        Long from = turnedAway.get(one.source());
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
            try {
                store(together);
            } catch (InterruptedException closed) {
                return;
            }
            together.clear();
        }
    }

    /** Until the store has taken them; only the gateway's end lets go of them. */
    private void store(List<Waiting> together) throws InterruptedException {
        List<EventLog.Report> reports = together.stream().map(Waiting::report).toList();
        long pause = FIRST_PAUSE_MILLIS;
        while (!stored(reports)) {
            TimeUnit.MILLISECONDS.sleep(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
        together.forEach(one -> one.stored().complete(one.batch().lastSequence()));
    }

    private boolean stored(List<EventLog.Report> reports) {
        try {
            List<StoredEvent> stored = writer.store(reports);
            if (failing) {
                failing = false;
                LOG.atInfo().log("events are stored again");
            }
            log.announce(stored);
            return true;
        } catch (RuntimeException problem) {
            if (!failing) {
                failing = true;
                LOG.atError()
                        .addKeyValue("batches", reports.size())
                        .setCause(problem)
                        .log("events not stored; they and their nodes wait for the store");
            }
            return false;
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
