package io.fleetwall.gateway.store;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A whole store as one file, the same for every kind of store: gzip of JSON lines, a head, each
 * table's columns and rows, and at the end how many rows there were and the digest of all before.
 * Taken from one state of the store while gateways work on it.
 */
public final class Backup {
    static final List<Table> TABLES =
            List.of(
                    new Table("policy_revision", "revision"),
                    new Table("policy_head", "id"),
                    new Table("policy_directory", "path"),
                    new Table("policy_proposal", "id"),
                    new Table("node", "node"),
                    new Table("node_revocation", "node"),
                    new Table("runner_state", "node, runner"),
                    new Table("event", Table.ENTRY),
                    new Table("event_link", Table.ENTRY),
                    new Table("event_head", "id"),
                    new Table("event_source", "origin, boot"),
                    new Table("outbox", "id"),
                    new Table("delivery", Table.ENTRY),
                    new Table("incident", "id"),
                    new Table("sink_message", "target, incident"),
                    new Table("sink_cursor", "target"),
                    new Table("mute", "id"),
                    new Table("baseline", "id"),
                    new Table("baseline_place", "baseline, name, port, protocol"),
                    new Table("baseline_sighting", Table.ENTRY),
                    new Table("token", "id"),
                    new Table("admin_audit", Table.ENTRY),
                    new Table("audit_head", "id"),
                    new Table("told_head", "id"),
                    new Table("rollout_head", "id"),
                    new Table("rollout_share", "gateway"),
                    new Table("signing_statement", "number"),
                    new Table("sealed_file", "name"));

    private static final int FORMAT = 1;
    private static final int AT_ONCE = 500;

    private Backup() {}

    /**
     * A table of the store.
     *
     * @param key by which its rows are ordered
     */
    record Table(String name, String key) {
        static final String ENTRY = "entry";

        boolean numbered() {
            return key.equals(ENTRY);
        }
    }

    /** Writes a backup; returns how many rows. The file appears when it is whole. */
    public static long write(Database database, Path file) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.deleteIfExists(part);
            // It holds what the store holds: events, and hashes of tokens.
            Files.createFile(
                    part,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            long rows;
            try (BufferedWriter out =
                    new BufferedWriter(
                            new OutputStreamWriter(
                                    new GZIPOutputStream(Files.newOutputStream(part)),
                                    StandardCharsets.UTF_8))) {
                rows = database.read(transaction -> write(transaction, new BackupLines(out)));
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            return rows;
        } catch (IOException failed) {
            throw new UncheckedIOException("write " + file, failed);
        }
    }

    private static long write(Transaction transaction, BackupLines lines) {
        lines.add(new JsonObject().put("fleetwall", "store").put("format", FORMAT).encode());
        for (Table table : TABLES) {
            lines.add(new JsonObject().put("table", table.name()).encode());
            write(transaction, table, lines);
        }
        lines.add(
                new JsonObject().put("rows", lines.rows()).put("sha256", lines.digest()).encode());
        return lines.rows();
    }

    private static void write(Transaction transaction, Table table, BackupLines lines) {
        if (!table.numbered()) {
            String sql = "SELECT * FROM %s ORDER BY %s".formatted(table.name(), table.key());
            transaction.list(sql, Row::all).forEach(row -> lines.row(new JsonObject(row)));
            return;
        }
        String sql =
                "SELECT * FROM %s WHERE entry > ? ORDER BY entry LIMIT %d"
                        .formatted(table.name(), AT_ONCE);
        long last = Long.MIN_VALUE;
        while (true) {
            var page = transaction.list(sql, Row::all, last);
            if (page.isEmpty()) {
                return;
            }
            page.forEach(row -> lines.row(new JsonObject(row)));
            last = new JsonObject(page.getLast()).getLong(Table.ENTRY);
        }
    }

    /** What came of a restore. */
    public sealed interface Outcome {
        /** So many rows are in the store now. */
        record Restored(long rows) implements Outcome {}

        /** Nothing has changed. */
        record Refused(String problem, String hint) implements Outcome {}
    }

    /** What is to become of what is in the store already. */
    public enum Present {
        KEPT,
        REPLACED
    }

    /** Puts a backup into a store, all of it or nothing. No gateway may work on it meanwhile. */
    public static Outcome restore(Path file, Database database, Present present) {
        try {
            long rows = check(file);
            return database.write(transaction -> {
                if (present == Present.KEPT && !empty(transaction)) {
                    return new Outcome.Refused(
                            "the store is not empty", "--force replaces everything in it");
                }
                List<String> guards = transaction.suspendGuards();
                TABLES.forEach(table -> transaction.update("DELETE FROM " + table.name()));
                read(file, transaction);
                guards.forEach(transaction::update);
                return new Outcome.Restored(rows);
            });
        } catch (IOException | UncheckedIOException | DecodeException | IllegalStateException bad) {
            return new Outcome.Refused(
                    file + " is not a whole backup: " + bad.getMessage(), "take another one");
        }
    }

    /** A store that no gateway has used has nothing but the heads, and these at 0. */
    private static boolean empty(Transaction transaction) {
        return TABLES.stream()
                .filter(table -> !table.name().endsWith("_head"))
                .allMatch(table ->
                        transaction
                                .first(
                                        "SELECT 1 AS one FROM " + table.name() + " LIMIT 1",
                                        row -> 1)
                                .isEmpty());
    }

    private static BufferedReader open(Path file) throws IOException {
        return new BufferedReader(
                new InputStreamReader(
                        new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8));
    }

    /** Reads all of it and believes nothing before the end has been seen. */
    private static long check(Path file) throws IOException {
        try (BufferedReader in = open(file)) {
            BackupLines seen = new BackupLines(new BufferedWriter(BufferedWriter.nullWriter()));
            String first = String.valueOf(in.readLine());
            JsonObject head = new JsonObject(first);
            if (!head.getValue("format", 0).equals(FORMAT)) {
                throw new IllegalStateException("its format is not " + FORMAT);
            }
            seen.add(first);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonObject read = new JsonObject(line);
                if (read.containsKey("sha256")) {
                    boolean whole = seen.digest().equals(read.getString("sha256"));
                    if (whole && in.readLine() == null) {
                        return seen.rows();
                    }
                    throw new IllegalStateException("its digest does not fit");
                }
                seen.again(line);
            }
            throw new IllegalStateException("its end is missing");
        }
    }

    private static void read(Path file, Transaction transaction) {
        try (BufferedReader in = open(file)) {
            in.readLine();
            String table = "";
            List<JsonObject> rows = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonObject read = new JsonObject(line);
                if (!BackupLines.isRow(read) || rows.size() == AT_ONCE) {
                    insert(transaction, table, rows);
                    rows.clear();
                }
                if (BackupLines.isRow(read)) {
                    rows.add(read.getJsonObject(BackupLines.ROW));
                } else {
                    table = read.getString("table", "");
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void insert(Transaction transaction, String table, List<JsonObject> rows) {
        if (rows.isEmpty()) {
            return;
        }
        if (TABLES.stream().noneMatch(known -> known.name().equals(table))) {
            throw new IllegalStateException("it has a table that is unknown here: " + table);
        }
        List<String> columns = List.copyOf(rows.getFirst().fieldNames());
        transaction.insert(
                table,
                columns,
                rows.stream().map(row -> columns.stream().map(row::getValue).toList()).toList());
    }
}
