package io.fleetwall.node.event;

import io.fleetwall.node.state.DurableFile;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.wire.EventForm;
import io.fleetwall.protocol.wire.MalformedMessageException;
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
 * Events of one rank and one boot of the agent that the gateway has not yet acknowledged: a row of
 * segments, read by a cursor that can go back to the first unacknowledged one.
 *
 * <p>Sequences have no gaps but where segments were given up or damaged; no batch spans a gap.
 */
final class BootLog implements AutoCloseable {
    /** Also the most that deleting what is acknowledged can lag behind. */
    private static final int SEGMENT_BYTES = 1 << 20;

    /** One batch in memory. */
    private static final int BATCH_BYTES = 256 << 10;

    private static final int BATCH_EVENTS = 256;

    private final UUID boot;
    private final Path directory;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private long next;
    private long acknowledged;
    private long sent;
    private long sentOffset;
    private long bytes;
    private long missing;

    /** Of the oldest segment, once somebody has asked. */
    private Optional<Ranked> oldest = Optional.empty();

    /** The rank of a segment that ends with this sequence. */
    private record Ranked(long last, Rank rank) {}

    private BootLog(UUID boot, Path directory) {
        this.boot = boot;
        this.directory = directory;
        this.next = 1;
    }

    static BootLog create(Path spool, UUID boot) throws IOException {
        BootLog log = new BootLog(boot, Files.createDirectory(spool.resolve(boot.toString())));
        DurableFile.sync(spool);
        return log;
    }

    /** What an earlier boot left. A gap between segments is damage, and counted as missing. */
    static BootLog open(Path directory) throws IOException {
        BootLog log = new BootLog(UUID.fromString(directory.getFileName().toString()), directory);
        List<Path> files;
        try (Stream<Path> list = Files.list(directory)) {
            files = list.filter(f -> f.toString().endsWith(".events")).sorted().toList();
        }
        for (Path file : files) {
            Segment segment = Segment.open(file);
            if (!log.segments.isEmpty()) {
                log.missing += segment.first() - log.next;
            } else {
                log.acknowledged = segment.first() - 1;
            }
            log.segments.add(segment);
            log.bytes += segment.bytes();
            log.next = segment.end();
        }
        log.rewind();
        return log;
    }

    UUID boot() {
        return boot;
    }

    long bytes() {
        return bytes;
    }

    /** Events that were damaged on disk. */
    long missing() {
        return missing;
    }

    /** Events not yet acknowledged. */
    long pending() {
        return next - 1 - acknowledged;
    }

    long append(byte[] event) throws IOException {
        if (segments.isEmpty() || segments.getLast().bytes() >= SEGMENT_BYTES) {
            sync();
            segments.add(Segment.create(directory, next));
        }
        long before = segments.getLast().bytes();
        segments.getLast().append(event);
        bytes += segments.getLast().bytes() - before;
        return next++;
    }

    void sync() throws IOException {
        if (!segments.isEmpty()) {
            segments.getLast().sync();
        }
    }

    /** Earlier segments were synced when the last one began. */
    Spool.Sync unsynced() {
        return segments.isEmpty() ? () -> {} : segments.getLast().unsynced();
    }

    /** The next batch to send, if there is more. */
    Optional<EventBatch> nextBatch() throws IOException {
        List<Event> events = new ArrayList<>();
        long from = 0;
        int bytes = 0;
        while (events.size() < BATCH_EVENTS && bytes < BATCH_BYTES) {
            if (!events.isEmpty() && gapFollows()) {
                break;
            }
            Optional<Segment.Read> read = advance();
            if (read.isEmpty()) {
                break;
            }
            if (events.isEmpty()) {
                from = sent;
            }
            bytes += read.get().payload().length;
            events.add(event(read.get().payload()));
        }
        return events.isEmpty()
                ? Optional.empty()
                : Optional.of(new EventBatch(boot, from, events));
    }

    private Optional<Segment> following() {
        return segments.stream().filter(segment -> sent + 1 < segment.end()).findFirst();
    }

    private boolean gapFollows() {
        return following().map(segment -> sent + 1 < segment.first()).orElse(false);
    }

    private Optional<Segment.Read> advance() throws IOException {
        Optional<Segment> following = following();
        if (following.isEmpty()) {
            return Optional.empty();
        }
        Segment segment = following.get();
        if (sent + 1 <= segment.first()) {
            sent = segment.first() - 1;
            sentOffset = 0;
        }
        Optional<Segment.Read> read = segment.read(sentOffset);
        if (read.isPresent()) {
            sent++;
            sentOffset = read.get().next();
        }
        return read;
    }

    /** The rank of the oldest segment, whether it was sent or not; empty when there is none. */
    Optional<Rank> oldestRank() throws IOException {
        if (segments.isEmpty()) {
            return Optional.empty();
        }
        long last = segments.getFirst().end() - 1;
        if (oldest.filter(known -> known.last() == last).isEmpty()) {
            oldest = Optional.of(new Ranked(last, Rank.of(counts(0).keySet())));
        }
        return oldest.map(Ranked::rank);
    }

    /** What is in the oldest segment and not acknowledged, by kind. */
    Map<EventKind, Long> oldestCounts() throws IOException {
        return counts(acknowledged);
    }

    private Map<EventKind, Long> counts(long after) throws IOException {
        Segment segment = segments.getFirst();
        Map<EventKind, Long> counts = new EnumMap<>(EventKind.class);
        long sequence = segment.first();
        for (Optional<Segment.Read> read = segment.read(0); read.isPresent(); ) {
            Event event = event(read.get().payload());
            if (sequence > after) {
                counts.merge(event.kind(), event.count(), Long::sum);
            }
            sequence++;
            read = segment.read(read.get().next());
        }
        return counts;
    }

    /** The oldest segment goes, as if it were acknowledged. */
    void giveUpOldest() throws IOException {
        acknowledge(segments.getFirst().end() - 1);
    }

    private static Event event(byte[] payload) throws IOException {
        try {
            return EventForm.event(payload);
        } catch (MalformedMessageException e) {
            throw new IOException("spooled event passes its checksum but does not parse", e);
        }
    }

    /** Sends again from the first event that is not acknowledged. */
    void rewind() throws IOException {
        sentOffset = 0;
        sent = segments.isEmpty() ? acknowledged : segments.getFirst().first() - 1;
        while (sent < acknowledged && advance().isPresent()) {
            // Skips what is acknowledged within the first segment.
        }
    }

    /** Everything up to {@code sequence} is stored elsewhere; whole segments of it are deleted. */
    void acknowledge(long sequence) throws IOException {
        acknowledged = Math.max(acknowledged, Math.min(sequence, next - 1));
        boolean behind = sent < acknowledged;
        while (!segments.isEmpty() && segments.getFirst().end() - 1 <= acknowledged) {
            Segment over = segments.removeFirst();
            bytes -= over.bytes();
            over.delete();
        }
        if (behind) {
            rewind();
        }
    }

    /** Removes a log that is acknowledged as a whole. */
    void delete() throws IOException {
        for (Segment segment : segments) {
            segment.delete();
        }
        Files.deleteIfExists(directory);
    }

    @Override
    public void close() throws IOException {
        for (Segment segment : segments) {
            segment.close();
        }
    }
}
