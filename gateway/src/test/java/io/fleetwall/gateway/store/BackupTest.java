package io.fleetwall.gateway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BackupTest {
    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(Stores.class)
    void everyTableIsPartOfABackup(Stores stores) {
        String sql =
                switch (stores) {
                    case SQLITE ->
                            "SELECT name FROM sqlite_master WHERE type = 'table'"
                                    + " AND name NOT LIKE 'sqlite%'";
                    case POSTGRESQL ->
                            "SELECT c.relname AS name FROM pg_class c"
                                    + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                                    + " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
                                    + " AND NOT c.relispartition";
                };
        Set<String> expected = new TreeSet<>(Set.of("flyway_schema_history"));
        Backup.TABLES.forEach(table -> expected.add(table.name()));
        try (Database database = Database.open(stores.fresh(), directory.resolve("fleetwall.db"))) {
            List<String> found =
                    database.read(transaction -> transaction.list(sql, row -> row.text("name")));
            assertEquals(expected, Set.copyOf(found));
        }
    }
}
