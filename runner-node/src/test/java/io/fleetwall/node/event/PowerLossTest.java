package io.fleetwall.node.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.laboratory.fault.PowerlessDisk;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A spool on a real file system whose machine loses its power. */
final class PowerLossTest {
    private static final long ROOMY = 32L << 20;
    private static final int SYNCED = 6000;
    private final UuidV7 ids = new UuidV7(InstantSource.system(), new Random(5));

    @TempDir Path directory;

    private List<Event> append(Spool spool, int count) throws IOException {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Event event =
                    new Event(
                            ids.next(),
                            Instant.ofEpochMilli(1_800_000_000_000L + i),
                            "n",
                            "r",
                            EventKind.FLOW_DENIED,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            1,
                            "event " + i);
            assertTrue(spool.append(event).isPresent());
            events.add(event);
        }
        return events;
    }

    private List<Event> found(Path spool) throws IOException {
        List<Event> found = new ArrayList<>();
        try (Spool after = Spool.open(spool, ids.next(), ROOMY)) {
            for (Optional<EventBatch> batch = after.nextBatch();
                    batch.isPresent();
                    batch = after.nextBatch()) {
                found.addAll(batch.orElseThrow().events());
            }
        }
        return found;
    }

    @Test
    void everything_that_was_synced_is_there_after_the_power_failed_and_nothing_is_made_up()
            throws IOException {
        UUID boot = ids.next();
        try (PowerlessDisk disk = PowerlessDisk.mount(directory)) {
            Path place = Files.createDirectory(disk.place().resolve("spool"));
            List<Event> written = new ArrayList<>();
            try (Spool spool = Spool.open(place, boot, ROOMY)) {
                written.addAll(append(spool, SYNCED));
                spool.sync();
                written.addAll(append(spool, 500));
                try (PowerlessDisk after = disk.afterPowerLoss(directory)) {
                    List<Event> found = found(after.place().resolve("spool"));
                    assertTrue(found.size() >= SYNCED, found.size() + " of " + SYNCED);
                    assertEquals(written.subList(0, found.size()), found);
                }
            }
        }
    }
}
