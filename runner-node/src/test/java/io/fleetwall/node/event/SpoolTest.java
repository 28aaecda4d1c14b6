package io.fleetwall.node.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.wire.EventForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final long ROOMY = 64L << 20;
    private static final int EVENTS_A_BATCH = 256;
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

    @Test
    void what_is_torn_at_any_byte_takes_nothing_before_it_along() throws IOException {
        UUID killed = ids.next();
        List<Event> written = append(Spool.open(directory, killed, ROOMY), 3);
        byte[] whole = Files.readAllBytes(segments(killed).getFirst());
        int last = 8 + EventForm.bytes(written.getLast()).length;
        for (int cut = 1; cut <= last; cut++) {
            Path torn = Files.createDirectories(directory.resolve("cut-" + cut));
            Path log = Files.createDirectories(torn.resolve(killed.toString()));
            Files.write(
                    log.resolve("%019d.events".formatted(1)),
                    Arrays.copyOf(whole, whole.length - cut));
            try (Spool spool = Spool.open(torn, ids.next(), ROOMY)) {
                assertEquals(written.subList(0, 2), batches(spool).getFirst().events());
                assertEquals(2, spool.pending());
                spool.acknowledge(killed, 2);
                assertFalse(Files.exists(log));
            }
        }
    }

    @Test
    void allowed_flows_go_first_then_names_and_denials_last() throws IOException {
        try (Spool spool = Spool.open(directory, ids.next(), 4L << 20)) {
            Map<EventKind, Long> appended = new EnumMap<>(EventKind.class);
            fill(spool, EventKind.FLOW_ALLOWED, appended);
            assertEquals(Optional.empty(), spool.append(event(1, EventKind.FLOW_ALLOWED)));
            assertEquals(0, spool.givenUp().total(), "nothing goes for its like");
            while (!spool.givenUp().all().containsKey(EventKind.DNS_DENIED)) {
                EventKind kind =
                        appended.getOrDefault(EventKind.DNS_DENIED, 0L) < 2_000
                                ? EventKind.DNS_DENIED
                                : EventKind.FLOW_DENIED;
                add(spool, kind, appended);
            }
            assertEquals(
                    appended.get(EventKind.FLOW_ALLOWED),
                    spool.givenUp().all().get(EventKind.FLOW_ALLOWED),
                    "names went while there were allowed flows");
            fill(spool, EventKind.FLOW_DENIED, appended);
            assertEquals(
                    Set.of(EventKind.FLOW_ALLOWED, EventKind.DNS_DENIED),
                    spool.givenUp().all().keySet());
            assertEquals(Optional.empty(), spool.append(event(1, EventKind.DNS_DENIED)));
            assertTrue(spool.bytes() <= 4 << 20);

            Map<EventKind, Long> accounted = new EnumMap<>(spool.givenUp().all());
            batches(spool).stream()
                    .flatMap(batch -> batch.events().stream())
                    .forEach(event -> accounted.merge(event.kind(), event.count(), Long::sum));
            assertEquals(appended, accounted);
            assertEquals(spool.givenUp().total(), spool.untold().now());
        }
    }

    @Test
    void what_was_under_way_when_it_went_holds_up_nothing_behind_it() throws IOException {
        try (Spool spool = Spool.open(directory, ids.next(), 4L << 20)) {
            Map<EventKind, Long> appended = new EnumMap<>(EventKind.class);
            fill(spool, EventKind.FLOW_ALLOWED, appended);
            EventBatch underWay = spool.nextBatch().orElseThrow();
            append(spool, 100);
            long gone = spool.givenUp().total();
            assertTrue(gone > EVENTS_A_BATCH, "the batch under way was in it");
            spool.acknowledge(underWay.boot(), underWay.lastSequence());
            List<EventBatch> rest = batches(spool);
            assertEquals(EventKind.FLOW_DENIED, rest.getFirst().events().getFirst().kind());
            EventBatch next = rest.get(1);
            assertEquals(underWay.boot(), next.boot());
            assertEquals(gone + 1, next.firstSequence());
            assertEquals(
                    appended.getOrDefault(EventKind.FLOW_ALLOWED, 0L) - gone,
                    rest.stream().skip(1).mapToLong(batch -> batch.events().size()).sum());
            spool.acknowledge(next.boot(), rest.getLast().lastSequence());
            spool.acknowledge(rest.getFirst().boot(), 100);
            assertEquals(0, spool.pending());
            assertEquals(0, spool.bytes());
        }
    }

    @Test
    void an_earlier_boots_allowed_flows_go_for_denials_and_a_killed_agent_leaves_their_number()
            throws IOException {
        Map<EventKind, Long> appended = new EnumMap<>(EventKind.class);
        Spool killed = Spool.open(directory, ids.next(), 4L << 20);
        append(killed, 10);
        fill(killed, EventKind.FLOW_ALLOWED, appended);
        // Not closed: the process is gone, and so is the next one after it has made room.
        Spool next = Spool.open(directory, ids.next(), 4L << 20);
        append(next, 10);
        long gone = next.givenUp().total();
        assertEquals(Set.of(EventKind.FLOW_ALLOWED), next.givenUp().all().keySet());
        try (Spool last = Spool.open(directory, ids.next(), 4L << 20)) {
            assertEquals(gone, last.untold().left());
            long told = batches(last).stream().mapToLong(batch -> batch.events().size()).sum();
            assertEquals(20 + appended.getOrDefault(EventKind.FLOW_ALLOWED, 0L) - gone, told);
        }
    }

    @Test
    void a_segment_that_is_missing_is_counted_and_the_ones_behind_it_are_sent() throws IOException {
        UUID killed = ids.next();
        append(Spool.open(directory, killed, ROOMY), 20_000);
        List<Path> files = segments(killed);
        assertTrue(files.size() > 2, "several segments");
        Files.delete(files.get(1));
        long missing = first(files.get(2)) - first(files.get(1));
        try (Spool spool = Spool.open(directory, ids.next(), ROOMY)) {
            assertEquals(missing, spool.missing());
            List<EventBatch> batches = batches(spool);
            assertEquals(
                    20_000 - missing,
                    batches.stream().mapToLong(batch -> batch.events().size()).sum());
            assertEquals(20_000, batches.getLast().lastSequence());
            assertTrue(
                    batches.stream()
                            .anyMatch(batch -> batch.firstSequence() == first(files.get(2))));
            spool.acknowledge(killed, 20_000);
            assertFalse(Files.exists(directory.resolve(killed.toString())));
        }
    }

    private static long first(Path segment) {
        String name = segment.getFileName().toString();
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }

    /** Until one is refused. */
    private void fill(Spool spool, EventKind kind, Map<EventKind, Long> appended)
            throws IOException {
        while (spool.append(event(1, kind)).isPresent()) {
            appended.merge(kind, 1L, Long::sum);
        }
    }

    private void add(Spool spool, EventKind kind, Map<EventKind, Long> appended)
            throws IOException {
        assertTrue(spool.append(event(1, kind)).isPresent(), kind + " found no room");
        appended.merge(kind, 1L, Long::sum);
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
        return event(i, EventKind.FLOW_DENIED);
    }

    private Event event(int i, EventKind kind) {
        return new Event(
                ids.next(),
                Instant.ofEpochMilli(1_700_000_000_000L + i),
                "node",
                "runner",
                kind,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                "blocked tcp to 192.0.2." + i % 250 + " port 443: denied-by-default");
    }
}
