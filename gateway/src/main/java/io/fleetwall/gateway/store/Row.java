package io.fleetwall.gateway.store;

import java.sql.ResultSet;
import java.sql.SQLException;

/** The row a query stands on; only valid while the query reads it. */
public final class Row {
    private final ResultSet results;

    Row(ResultSet results) {
        this.results = results;
    }

    /** A text column; columns are never null. */
    public String text(String column) {
        try {
            String text = results.getString(column);
            if (text == null) {
                throw new SQLException("column " + column + " is null");
            }
            return text;
        } catch (SQLException failed) {
            throw new StoreException("read column " + column, failed);
        }
    }

    /** A whole-number column. */
    public long number(String column) {
        try {
            return results.getLong(column);
        } catch (SQLException failed) {
            throw new StoreException("read column " + column, failed);
        }
    }
}
