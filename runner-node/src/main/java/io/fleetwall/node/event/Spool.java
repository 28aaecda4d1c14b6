package io.fleetwall.node.event;

import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.wire.EventForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Events on disk until the gateway has them, bounded in bytes; not thread-safe.
 *
 * <p>Durability: an appended event is in the page cache, so it survives the agent's death at once;
 * {@link #sync}, called five times a second, makes it survive a power cut. Each boot has a log for
 * each {@link Rank}, each with its own directory and its own gap-free sequence from 1; earlier
 * boots' rests are sent first, then what is worth most.
 *
 * <p>When it is full, the oldest segment of the lowest rank below the event's own goes, counted
 * before it is deleted. What finds nothing to put out is refused before it gets a sequence.
 */
public final class Spool implements AutoCloseable {
    private final Path directory;
    private final UUID boot;
    private final long maxBytes;
    private final Deque<BootLog> earlier = new ArrayDeque<>();
    private final Map<Rank, BootLog> logs = new EnumMap<>(Rank.class);
    private final Counts givenUp = new Counts();
    private final Untold untold;

    private Spool(Path directory, UUID boot, long maxBytes) throws IOException {
        this.directory = directory;
        this.boot = boot;
        this.maxBytes = maxBytes;
        this.untold = Untold.open(directory.resolve("untold"));
    }

    /**
     * Opens the spool of a new boot.
     *
     * @param boot time-ordered (UUIDv7), so that directory names sort like boots
     */
    public static Spool open(Path directory, UUID boot, long maxBytes) throws IOException {
        Files.createDirectories(directory);
        Spool spool = new Spool(directory, boot, maxBytes);
        List<Path> earlier;
        try (Stream<Path> list = Files.list(directory)) {
            earlier = list.filter(Files::isDirectory).sorted().toList();
        }
        for (Path path : earlier) {
            BootLog log = BootLog.open(path);
            if (log.pending() == 0) {
                log.delete();
            } else {
                spool.earlier.add(log);
            }
        }
        spool.log(Rank.DENIALS);
        return spool;
    }

    /** To the gateway each rank's log is a boot of its own, as a sequence is one boot's. */
    private BootLog log(Rank rank) throws IOException {
        BootLog log = logs.get(rank);
        if (log == null) {
            UUID name =
                    new UUID(
                            boot.getMostSignificantBits(),
                            boot.getLeastSignificantBits() + rank.number());
            log = BootLog.create(directory, name);
            logs.put(rank, log);
        }
        return log;
    }

    /** In the order in which they are sent. */
    private List<BootLog> all() {
        List<BootLog> all = new ArrayList<>(earlier);
        for (Rank rank : List.of(Rank.DENIALS, Rank.NAMES, Rank.ALLOWED)) {
            BootLog log = logs.get(rank);
            if (log != null) {
                all.add(log);
            }
        }
        return all;
    }

    /** What is known of and not in here yet, of this agent and of the one before. */
    public Untold untold() {
        return untold;
    }

    /** Appends; the sequence, or empty when there is no room and nothing of less worth. */
    public Optional<Long> append(Event event) throws IOException {
        byte[] bytes = EventForm.bytes(event);
        Rank rank = Rank.of(event.kind());
        while (bytes() + bytes.length > maxBytes) {
            if (!makeRoom(rank)) {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(log(rank).append(bytes));
        } catch (IOException full) {
            if (!makeRoom(rank)) {
                throw full;
            }
            return Optional.of(log(rank).append(bytes));
        }
    }

    /** Gives up the oldest segment of the lowest rank, if it is below this one. */
    private boolean makeRoom(Rank rank) throws IOException {
        for (Rank lower : Rank.values()) {
            if (lower.compareTo(rank) >= 0) {
                return false;
            }
            List<BootLog> candidates = new ArrayList<>(earlier);
            Optional.ofNullable(logs.get(lower)).ifPresent(candidates::add);
            for (BootLog log : candidates) {
                if (log.oldestRank().filter(lower::equals).isPresent()) {
                    giveUp(log);
                    return true;
                }
            }
        }
        return false;
    }

    /** Counted first: an agent that is killed in between states too much, never too little. */
    private void giveUp(BootLog log) throws IOException {
        Map<EventKind, Long> counts = log.oldestCounts();
        counts.values().forEach(untold::add);
        givenUp.add(counts);
        log.giveUpOldest();
    }

    /** What was given up and is in no event yet, by kind. */
    Counts givenUp() {
        return givenUp;
    }

    /** Events of earlier boots that were damaged on disk. */
    long missing() {
        return earlier.stream().mapToLong(BootLog::missing).sum();
    }

    /** Returns once everything appended is on the disk. */
    public void sync() throws IOException {
        for (BootLog log : logs.values()) {
            log.sync();
        }
    }

    /** What makes everything appended so far durable; may be called by another thread. */
    Sync unsynced() {
        List<Sync> each = logs.values().stream().map(BootLog::unsynced).toList();
        return () -> {
            for (Sync one : each) {
                one.run();
            }
        };
    }

    /** Waits for the disk. */
    interface Sync {
        void run() throws IOException;
    }

    /** The next batch nobody has been sent since the last {@link #rewind}. */
    public Optional<EventBatch> nextBatch() throws IOException {
        for (BootLog log : all()) {
            Optional<EventBatch> batch = log.nextBatch();
            if (batch.isPresent()) {
                return batch;
            }
        }
        return Optional.empty();
    }

    /** Begins again with the first event that is not acknowledged: a new connection. */
    public void rewind() throws IOException {
        for (BootLog log : all()) {
            log.rewind();
        }
    }

    /** The gateway has stored everything of {@code boot} up to {@code sequence}. */
    public void acknowledge(UUID boot, long sequence) throws IOException {
        for (BootLog log : all()) {
            if (log.boot().equals(boot)) {
                log.acknowledge(sequence);
            }
        }
        for (BootLog log : List.copyOf(earlier)) {
            if (log.pending() == 0) {
                earlier.remove(log);
                log.delete();
            }
        }
    }

    /** Events not yet acknowledged. */
    public long pending() {
        return all().stream().mapToLong(BootLog::pending).sum();
    }

    /** Bytes on disk. */
    public long bytes() {
        return all().stream().mapToLong(BootLog::bytes).sum();
    }

    @Override
    public void close() throws IOException {
        sync();
        for (BootLog log : all()) {
            log.close();
        }
    }
}
