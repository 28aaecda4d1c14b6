package io.fleetwall.gateway.store;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.LinkedHashMap;
import java.util.Map;

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

    /** Every column by its name: texts and whole numbers. */
    Map<String, Object> all() {
        try {
            ResultSetMetaData columns = results.getMetaData();
            Map<String, Object> all = new LinkedHashMap<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                Object value =
                        switch (columns.getColumnType(i)) {
                            case Types.BIGINT, Types.INTEGER, Types.SMALLINT, Types.NUMERIC ->
                                    results.getLong(i);
                            default -> results.getString(i);
                        };
                all.put(columns.getColumnName(i), value);
            }
            return all;
        } catch (SQLException failed) {
            throw new StoreException("read a row", failed);
        }
    }
}
