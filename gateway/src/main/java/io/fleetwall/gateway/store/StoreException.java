package io.fleetwall.gateway.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The store did not do what it was asked; whatever was begun has been rolled back. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * {@code SQLITE_FULL}, <a href="https://www.sqlite.org/rescode.html#full">as documented</a>.
     */
    private static final int SQLITE_FULL = 13;

    /** {@code disk_full}, PostgreSQL's appendix A. */
    private static final String POSTGRESQL_FULL = "53100";

    StoreException(String operation, Throwable cause) {
        super("store: " + operation + ": " + cause.getMessage(), cause);
    }

    /** Whether there was no room on its disk. */
    public boolean isFull() {
        for (@Nullable Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException failed && full(failed)) {
                return true;
            }
        }
        return false;
    }

    private static boolean full(SQLException failed) {
        return failed.getErrorCode() == SQLITE_FULL || POSTGRESQL_FULL.equals(failed.getSQLState());
    }
}
