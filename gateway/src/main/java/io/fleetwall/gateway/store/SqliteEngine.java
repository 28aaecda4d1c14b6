package io.fleetwall.gateway.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** The embedded store: SQLite in WAL mode with a synced commit. */
record SqliteEngine(Path file) implements Engine {
    /** Another process on the same file (a backup) may hold the lock so long. */
    private static final int BUSY_MILLIS = 10_000;

    @Override
    public DataSource source() {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return source;
    }

    @Override
    public String beginWrite() {
        return "BEGIN IMMEDIATE";
    }

    @Override
    public String unclaimed() {
        return "";
    }

    @Override
    public String beginRead() {
        return "BEGIN";
    }

    @Override
    public String identity() {
        return "INTEGER PRIMARY KEY AUTOINCREMENT";
    }

    @Override
    public String migrations() {
        return "sqlite";
    }

    @Override
    public void insert(Connection connection, Rows rows) throws SQLException {
        String marks =
                rows.values().getFirst().stream()
                        .map(value -> value instanceof byte[] ? "CAST(? AS TEXT)" : "?")
                        .collect(Collectors.joining(", "));
        String sql =
                "INSERT INTO %s (%s) VALUES (%s)"
                        .formatted(rows.table(), String.join(", ", rows.columns()), marks);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (List<Object> values : rows.values()) {
                for (int i = 0; i < values.size(); i++) {
                    statement.setObject(i + 1, values.get(i));
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Override
    public long keep(Transaction transaction, Days days) {
        return days.delete(transaction);
    }

    @Override
    public List<String> suspendGuards(Transaction transaction) {
        String triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'";
        List<String> made = transaction.list(triggers, row -> row.text("sql"));
        transaction
                .list(triggers, row -> row.text("name"))
                .forEach(name -> transaction.update("DROP TRIGGER " + name));
        return made;
    }

    @Override
    public String place() {
        return file.toString();
    }
}
