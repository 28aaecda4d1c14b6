package io.fleetwall.node.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final long ROOMY = 64L << 20;
    private final UuidV7 ids = new UuidV7(InstantSource.system(), new Random(1));

    @TempDir Path directory;

    @Test
    void events_come_back_in_order_and_without_a_gap_in_the_sequence() throws IOException {
        UUID boot = ids.next();
        try (Spool spool = Spool.open(directory, boot, ROOMY)) {
            List<Event> written = append(spool, 1000);
            List<EventBatch> batches = batches(spool);
            assertEquals(written, batches.stream().flatMap(b -> b.events().stream()).toList());
            long next = 1;
            for (EventBatch batch : batches) {
                assertEquals(boot, batch.boot());
                assertEquals(next, batch.firstSequence());
                next = batch.lastSequence() + 1;
            }
        }
    }

    @Test
    void what_is_not_acknowledged_is_sent_again_after_a_rewind_and_nothing_else()
            throws IOException {
        UUID boot = ids.next();
        try (Spool spool = Spool.open(directory, boot, ROOMY)) {
            List<Event> written = append(spool, 700);
            batches(spool);
            spool.acknowledge(boot, 300);
            assertEquals(List.of(), batches(spool));
            spool.rewind();
            List<EventBatch> again = batches(spool);
            assertEquals(301, again.getFirst().firstSequence());
            assertEquals(
                    written.subList(300, 700),
                    again.stream().flatMap(b -> b.events().stream()).toList());
            assertEquals(400, spool.pending());
        }
    }

    @Test
    void acknowledged_segments_leave_the_disk() throws IOException {
        UUID boot = ids.next();
        try (Spool spool = Spool.open(directory, boot, ROOMY)) {
            append(spool, 20_000);
            assertTrue(spool.bytes() > 2 << 20, "several segments");
            batches(spool);
            spool.acknowledge(boot, 20_000);
            assertEquals(0, spool.bytes());
            assertEquals(0, spool.pending());
            append(spool, 1);
            assertEquals(20_001, batches(spool).getFirst().firstSequence());
        }
    }

    @Test
    void a_killed_process_loses_nothing_but_its_torn_last_record() throws IOException {
        UUID killed = ids.next();
        List<Event> written;
        // Not closed: the process is gone.
        written = append(Spool.open(directory, killed, ROOMY), 50);
        Path segment = segments(killed).getFirst();
        Files.write(segment, new byte[] {0, 0, 1, 0, 9, 9, 9, 9, 7, 7}, StandardOpenOption.APPEND);
        UUID next = ids.next();
        try (Spool spool = Spool.open(directory, next, ROOMY)) {
            append(spool, 1);
            List<EventBatch> batches = batches(spool);
            assertEquals(written, batches.getFirst().events());
            assertEquals(killed, batches.getFirst().boot());
            assertEquals(next, batches.getLast().boot());
            spool.acknowledge(killed, 50);
            assertEquals(List.of(), segments(killed));
        }
    }

    @Test
    void a_record_damaged_in_the_middle_ends_what_is_believed() throws IOException {
        UUID killed = ids.next();
        append(Spool.open(directory, killed, ROOMY), 10);
        Path segment = segments(killed).getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length - 5] ^= 1;
        Files.write(segment, bytes);
        try (Spool spool = Spool.open(directory, ids.next(), ROOMY)) {
            assertEquals(9, batches(spool).getFirst().events().size());
        }
    }

    @Test
    void a_full_spool_refuses_the_newest_and_leaves_no_gap() throws IOException {
        UUID boot = ids.next();
        try (Spool spool = Spool.open(directory, boot, 2000)) {
            long accepted = 0;
            long refused = 0;
            for (int i = 0; i < 100; i++) {
                if (spool.append(event(i)).isPresent()) {
                    accepted++;
                } else {
                    refused++;
                }
            }
            assertTrue(accepted > 0 && refused > 0);
            assertEquals(accepted, batches(spool).getLast().lastSequence());
            spool.acknowledge(boot, accepted);
            assertEquals(Optional.of(accepted + 1), spool.append(event(0)));
        }
    }

    private List<Path> segments(UUID boot) throws IOException {
        Path log = directory.resolve(boot.toString());
        if (!Files.exists(log)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(log)) {
            return list.sorted().toList();
        }
    }

    private List<Event> append(Spool spool, int count) throws IOException {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(event(i));
            assertTrue(spool.append(events.getLast()).isPresent());
        }
        return events;
    }

    private static List<EventBatch> batches(Spool spool) throws IOException {
        List<EventBatch> batches = new ArrayList<>();
        for (var batch = spool.nextBatch(); batch.isPresent(); batch = spool.nextBatch()) {
            batches.add(batch.get());
        }
        return batches;
    }

    private Event event(int i) {
        return new Event(
                ids.next(),
                Instant.ofEpochMilli(1_700_000_000_000L + i),
                "node",
                "runner",
                EventKind.FLOW_DENIED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                "blocked tcp to 192.0.2." + i % 250 + " port 443: denied-by-default");
    }
}
