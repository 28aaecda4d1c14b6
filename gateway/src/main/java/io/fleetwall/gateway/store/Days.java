package io.fleetwall.gateway.store;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * What is kept by the day (UTC) of its receipt.
 *
 * @param table with a column {@code received}; its partitions are TABLE_YYYYMMDD
 * @param now today's and the next days' partitions exist afterwards
 * @param keepFrom days that ended before it are forgotten
 */
record Days(String table, Instant now, Instant keepFrom) {
    /** A gateway that cannot make partitions for so long still has some to write to. */
    private static final int AHEAD = 3;

    private static final long MILLIS = Duration.ofDays(1).toMillis();

    /** Makes and drops partitions. Returns how many rows were forgotten. */
    long partition(Transaction transaction) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        for (int i = 0; i <= AHEAD; i++) {
            make(transaction, today.plusDays(i));
        }
        long forgotten = 0;
        for (String partition :
                transaction.list(
                        "SELECT c.relname AS name FROM pg_inherits i"
                                + " JOIN pg_class c ON c.oid = i.inhrelid"
                                + " JOIN pg_class p ON p.oid = i.inhparent"
                                + " WHERE p.relname = ? AND c.relname <> ? AND c.relname < ?",
                        row -> row.text("name"),
                        table,
                        table + "_default",
                        name(LocalDate.ofInstant(keepFrom, ZoneOffset.UTC)))) {
            forgotten +=
                    transaction
                            .first("SELECT count(*) AS n FROM " + partition, row -> row.number("n"))
                            .orElse(0L);
            transaction.update("DROP TABLE " + partition);
        }
        return forgotten
                + transaction.update(
                        "DELETE FROM " + table + "_default WHERE received < ?", firstKept());
    }

    /** Deletes where there are no partitions. Returns how many rows were forgotten. */
    long delete(Transaction transaction) {
        return transaction.update("DELETE FROM " + table + " WHERE received < ?", firstKept());
    }

    /** Whole days only. */
    private long firstKept() {
        LocalDate day = LocalDate.ofInstant(keepFrom, ZoneOffset.UTC);
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }

    /** A day of which rows came before its partition stays with the others in the default one. */
    private void make(Transaction transaction, LocalDate day) {
        long from = day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        boolean taken =
                transaction
                        .first(
                                "SELECT 1 AS one FROM "
                                        + table
                                        + "_default WHERE received >= ? AND received < ? LIMIT 1",
                                row -> row.number("one"),
                                from,
                                from + MILLIS)
                        .isPresent();
        if (!taken) {
            transaction.update(
                    "CREATE TABLE IF NOT EXISTS %s PARTITION OF %s FOR VALUES FROM (%d) TO (%d)"
                            .formatted(name(day), table, from, from + MILLIS));
        }
    }

    private String name(LocalDate day) {
        return table + "_" + DateTimeFormatter.BASIC_ISO_DATE.format(day);
    }
}
