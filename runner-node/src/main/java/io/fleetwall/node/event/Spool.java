package io.fleetwall.node.event;

import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.wire.EventForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Events on disk until the gateway has them, bounded in bytes; not thread-safe.
 *
 * <p>Durability: an appended event is in the page cache, so it survives the agent's death at once;
 * {@link #sync}, called five times a second, makes it survive a power cut. Each boot has its own
 * directory and its own gap-free sequence from 1; earlier boots' rests are sent first. What is full
 * refuses the newest event before it gets a sequence, so that a gap never means a loss.
 */
public final class Spool implements AutoCloseable {
    private final long maxBytes;
    private final Deque<BootLog> logs = new ArrayDeque<>();
    private final Untold untold;

    private Spool(long maxBytes, Untold untold) {
        this.maxBytes = maxBytes;
        this.untold = untold;
    }

    /**
     * Opens the spool of a new boot.
     *
     * @param boot time-ordered (UUIDv7), so that directory names sort like boots
     */
    public static Spool open(Path directory, UUID boot, long maxBytes) throws IOException {
        Files.createDirectories(directory);
        Spool spool = new Spool(maxBytes, Untold.open(directory.resolve("untold")));
        List<Path> earlier;
        try (Stream<Path> list = Files.list(directory)) {
            earlier = list.filter(Files::isDirectory).sorted().toList();
        }
        for (Path path : earlier) {
            BootLog log = BootLog.open(path);
            if (log.pending() == 0) {
                log.delete();
            } else {
                spool.logs.add(log);
            }
        }
        spool.logs.add(BootLog.create(directory, boot));
        return spool;
    }

    /** What is known of and not in here yet, of this agent and of the one before. */
    public Untold untold() {
        return untold;
    }

    /** Appends; the sequence, or empty when the spool is full. */
    public Optional<Long> append(Event event) throws IOException {
        byte[] bytes = EventForm.bytes(event);
        if (bytes() + bytes.length > maxBytes) {
            return Optional.empty();
        }
        return Optional.of(logs.getLast().append(bytes));
    }

    /** Returns once everything appended is on the disk. */
    public void sync() throws IOException {
        logs.getLast().sync();
    }

    /** What makes everything appended so far durable; may be called by another thread. */
    Sync unsynced() {
        return logs.getLast().unsynced();
    }

    /** Waits for the disk. */
    interface Sync {
        void run() throws IOException;
    }

    /** The next batch nobody has been sent since the last {@link #rewind}. */
    public Optional<EventBatch> nextBatch() throws IOException {
        for (BootLog log : logs) {
            Optional<EventBatch> batch = log.nextBatch();
            if (batch.isPresent()) {
                return batch;
            }
        }
        return Optional.empty();
    }

    /** Begins again with the first event that is not acknowledged: a new connection. */
    public void rewind() throws IOException {
        for (BootLog log : logs) {
            log.rewind();
        }
    }

    /** The gateway has stored everything of {@code boot} up to {@code sequence}. */
    public void acknowledge(UUID boot, long sequence) throws IOException {
        for (BootLog log : logs) {
            if (log.boot().equals(boot)) {
                log.acknowledge(sequence);
            }
        }
        while (logs.size() > 1 && logs.getFirst().pending() == 0) {
            logs.removeFirst().delete();
        }
    }

    /** Events not yet acknowledged. */
    public long pending() {
        return logs.stream().mapToLong(BootLog::pending).sum();
    }

    /** Bytes on disk. */
    public long bytes() {
        return logs.stream().mapToLong(BootLog::bytes).sum();
    }

    @Override
    public void close() throws IOException {
        sync();
        for (BootLog log : logs) {
            log.close();
        }
    }
}
