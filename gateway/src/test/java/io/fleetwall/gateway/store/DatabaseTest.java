package io.fleetwall.gateway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Stores.class)
final class DatabaseTest {
    private static final List<String> EVENT =
            List.of("entry", "id", "kind", "at", "received", "origin", "boot", "sequence", "body");
    private final AuditLog audit = new AuditLog(InstantSource.system());
    private final Stores stores;
    @TempDir Path directory;
    private Database database;
    private Database another;

    DatabaseTest(Stores stores) {
        this.stores = stores;
    }

    @BeforeEach
    void open() {
        var store = stores.fresh();
        database = Database.open(store, directory.resolve("fleetwall.db"));
        another = Database.open(store, directory.resolve("fleetwall.db"));
    }

    @AfterEach
    void close() {
        another.close();
        database.close();
    }

    @Test
    void whoReadsAndThenWritesIsNeverOvertaken() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> adding = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Database mine = i % 2 == 0 ? database : another;
                adding.add(threads.submit(() -> mine.write(DatabaseTest::increment)));
            }
            for (Future<?> one : adding) {
                one.get();
            }
        }
        assertEquals(40, head());
    }

    private static int increment(Transaction transaction) {
        long seen =
                transaction
                        .first("SELECT revision FROM policy_head", row -> row.number("revision"))
                        .orElseThrow();
        return transaction.update("UPDATE policy_head SET revision = ?", seen + 1);
    }

    private long head() {
        return database.read(transaction ->
                transaction
                        .first("SELECT revision FROM policy_head", row -> row.number("revision"))
                        .orElseThrow());
    }

    @Test
    void aReadSeesOneStateWhateverIsWrittenMeanwhile() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long twice =
                    database.read(transaction -> {
                        long before = headIn(transaction);
                        Future<Integer> writing =
                                threads.submit(() -> another.write(DatabaseTest::increment));
                        try {
                            writing.get();
                        } catch (InterruptedException | ExecutionException failed) {
                            throw new AssertionError(failed);
                        }
                        return before * 10 + headIn(transaction);
                    });
            assertEquals(0, twice);
        }
        assertEquals(1, head());
    }

    private static long headIn(Transaction transaction) {
        return transaction
                .first("SELECT revision FROM policy_head", row -> row.number("revision"))
                .orElseThrow();
    }

    @Test
    void anyTextComesBackAsItWasInserted() {
        String body =
                "tab\t newline\n return\r backslash\\ \\N quote'\" ü 😀 \\. {\"a\":\"\\u0000\"}";
        database.write(transaction -> {
            transaction.insert("event", EVENT, List.of(event(1, 0, body), event(2, 0, "")));
            return true;
        });
        assertEquals(
                List.of(body, ""),
                another.read(transaction ->
                        transaction.list(
                                "SELECT body FROM event ORDER BY entry", row -> row.text("body"))));
    }

    private static List<Object> event(long entry, long received, String body) {
        return List.of(entry, "id", "kind", 0L, received, "n", "b", entry, body);
    }

    @Test
    void daysThatAreOverAreForgottenAndTheOthersAreNot() {
        Instant today = Instant.parse("2026-03-10T12:00:00Z");
        Instant weekAgo = today.minus(Duration.ofDays(7));
        keep(database, weekAgo, 30);
        long old = weekAgo.toEpochMilli();
        database.write(transaction -> {
            transaction.insert(
                    "event",
                    EVENT,
                    List.of(
                            event(1, old, "old"),
                            event(2, today.toEpochMilli(), "new"),
                            event(3, 5, "of a wrong clock")));
            return true;
        });
        assertEquals(2, keep(database, today, 3));
        assertEquals(
                List.of("new"),
                database.read(transaction ->
                        transaction.list("SELECT body FROM event", row -> row.text("body"))));
        assertEquals(0, keep(another, today, 3));
    }

    private static long keep(Database of, Instant now, int days) {
        Instant from = now.minus(Duration.ofDays(days));
        return of.write(transaction -> {
            transaction.update("UPDATE event_head SET kept_from = ?", from.toEpochMilli());
            return transaction.keepDays("event", now, from);
        });
    }

    @Test
    void theTrailHoldsAndRefusesChanges() {
        for (int i = 0; i < 5; i++) {
            act(i % 2 == 0 ? database : another, "subject " + i);
        }
        assertEquals(Optional.empty(), database.read(AuditLog::flaw));
        for (String change :
                List.of(
                        "UPDATE admin_audit SET actor = 'nobody' WHERE entry = 2",
                        "DELETE FROM admin_audit WHERE entry = 5")) {
            StoreException refused =
                    assertThrows(
                            StoreException.class,
                            () -> database.write(transaction -> transaction.update(change)));
            assertTrue(refused.toString().contains("append-only"), refused::toString);
        }
        assertEquals(Optional.empty(), database.read(AuditLog::flaw));
    }

    @Test
    void aTrailThatWasTamperedWithIsFoundOut() {
        for (int i = 0; i < 4; i++) {
            act(database, "subject " + i);
        }
        database.write(transaction -> transaction.update("UPDATE audit_head SET entry = 5"));
        assertEquals(
                Optional.of("the trail ends with line 4 instead of 5"),
                database.read(AuditLog::flaw));
        database.write(transaction -> {
            transaction.update("UPDATE audit_head SET entry = 4");
            return transaction.update(
                    "INSERT INTO admin_audit (entry, at, actor, act, subject, detail, hash)"
                            + " VALUES (6, 0, 'a', 'b', 'c', '{}', 'x')");
        });
        assertEquals(Optional.of("lines 5 to 5 are missing"), database.read(AuditLog::flaw));
    }

    private void act(Database by, String subject) {
        by.write(transaction -> {
            audit.record(transaction, new AuditLog.Act("me", "test", subject, new JsonObject()));
            return true;
        });
    }
}
