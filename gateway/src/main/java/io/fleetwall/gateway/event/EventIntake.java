package io.fleetwall.gateway.event;

import io.fleetwall.gateway.store.Database;
import io.fleetwall.protocol.message.EventBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes batches from all links and stores them: what has come together meanwhile shares one
 * transaction, because a synced commit costs the same for one event as for a thousand.
 */
public final class EventIntake implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventIntake.class);

    /** 64 batches of at most about 1 MiB: 64 MiB at the worst; beyond it nodes must wait. */
    private static final int QUEUE = 64;

    /** Keeps one transaction below about 50 ms, so that a publish never waits long for it. */
    private static final int BATCHES_A_COMMIT = 8;

    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Database database;
    private final EventLog log;
    private final Thread worker;

    private record Waiting(String node, EventBatch batch, CompletableFuture<Long> stored) {}

    /** An intake into a log; it works until closed. */
    public EventIntake(Database database, EventLog log) {
        this.database = database;
        this.log = log;
        this.worker = Thread.ofVirtual().name("event-intake").start(this::work);
    }

    /**
     * Takes a batch; never blocks. Completes with the last stored sequence once it is durable, or
     * exceptionally when it is not and the node must send it again.
     */
    public CompletionStage<Long> take(String node, EventBatch batch) {
        CompletableFuture<Long> stored = new CompletableFuture<>();
        if (!queue.offer(new Waiting(node, batch, stored))) {
            stored.completeExceptionally(new RejectedExecutionException("the intake is full"));
        }
        return stored;
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
            store(together);
            together.clear();
        }
    }

    private void store(List<Waiting> together) {
        try {
            List<StoredEvent> stored =
                    database.write(transaction -> {
                        List<StoredEvent> all = new ArrayList<>();
                        for (Waiting one : together) {
                            all.addAll(log.append(transaction, one.node(), one.batch()));
                        }
                        return all;
                    });
            together.forEach(one -> one.stored().complete(one.batch().lastSequence()));
            log.announce(stored);
        } catch (RuntimeException failed) {
            LOG.atError()
                    .addKeyValue("batches", together.size())
                    .setCause(failed)
                    .log("events not stored; their nodes send them again");
            together.forEach(one -> one.stored().completeExceptionally(failed));
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
