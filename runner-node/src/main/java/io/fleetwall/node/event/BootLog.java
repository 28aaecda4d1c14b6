package io.fleetwall.node.event;

import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.wire.EventForm;
import io.fleetwall.protocol.wire.MalformedMessageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The events of one boot of the agent that the gateway has not yet acknowledged: a row of segments
 * with consecutive sequences, read by a cursor that can go back to the first unacknowledged one.
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

    private BootLog(UUID boot, Path directory) {
        this.boot = boot;
        this.directory = directory;
        this.next = 1;
    }

    static BootLog create(Path spool, UUID boot) throws IOException {
        return new BootLog(boot, Files.createDirectory(spool.resolve(boot.toString())));
    }

    /** What an earlier boot left. A gap, which only damage can make, ends it. */
    static BootLog open(Path directory) throws IOException {
        BootLog log = new BootLog(UUID.fromString(directory.getFileName().toString()), directory);
        List<Path> files;
        try (Stream<Path> list = Files.list(directory)) {
            files = list.filter(f -> f.toString().endsWith(".events")).sorted().toList();
        }
        for (Path file : files) {
            Segment segment = Segment.open(file);
            if (!log.segments.isEmpty() && segment.first() != log.next) {
                segment.close();
                break;
            }
            if (log.segments.isEmpty()) {
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
        long from = sent + 1;
        int bytes = 0;
        while (events.size() < BATCH_EVENTS && bytes < BATCH_BYTES) {
            Optional<Segment.Read> read = advance();
            if (read.isEmpty()) {
                break;
            }
            bytes += read.get().payload().length;
            events.add(event(read.get().payload()));
        }
        return events.isEmpty()
                ? Optional.empty()
                : Optional.of(new EventBatch(boot, from, events));
    }

    private Optional<Segment.Read> advance() throws IOException {
        for (Segment segment : segments) {
            if (sent + 1 >= segment.first() && sent + 1 < segment.end()) {
                if (sent + 1 == segment.first()) {
                    sentOffset = 0;
                }
                Optional<Segment.Read> read = segment.read(sentOffset);
                if (read.isPresent()) {
                    sent++;
                    sentOffset = read.get().next();
                }
                return read;
            }
        }
        return Optional.empty();
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
