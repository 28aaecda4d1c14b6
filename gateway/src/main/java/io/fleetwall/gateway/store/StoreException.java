package io.fleetwall.gateway.store;

import java.sql.SQLException;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The store did not do what it was asked; whatever was begun has been rolled back. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * {@code SQLITE_FULL}, <a href="https://www.sqlite.org/rescode.html#full">as documented</a>.
     */
    private static final int SQLITE_FULL = 13;

    private static final Set<Integer> SQLITE_REFUSES = Set.of(18, 19, 20);

    /** {@code disk_full}, PostgreSQL's appendix A. */
    private static final String POSTGRESQL_FULL = "53100";

    StoreException(String operation, Throwable cause) {
        super("store: " + operation + ": " + cause.getMessage(), cause);
    }

    /** Whether there was no room on its disk. */
    public boolean isFull() {
        return isDueTo(StoreException::full);
    }

    /** Whether its server is not reached, or only just starting or stopping. */
    boolean isAway() {
        return isDueTo(StoreException::away);
    }

    private boolean isDueTo(Predicate<SQLException> reason) {
        for (@Nullable Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException failed && reason.test(failed)) {
                return true;
            }
        }
        return false;
    }

    /** Class 08 is the connection's; 57P01 to 57P03 are said by a server that stops or starts. */
    private static boolean away(SQLException failed) {
        String state = String.valueOf(failed.getSQLState());
        return state.startsWith("08") || state.startsWith("57P0");
    }

    /**
     * Whether the store is well and refused what it was given: it would refuse the same again. By
     * PostgreSQL's classes <a
     * href="https://www.postgresql.org/docs/current/errcodes-appendix.html">22, 23 and 54</a> (data
     * exception, integrity constraint, program limit), and by SQLite's {@code TOOBIG}, {@code
     * CONSTRAINT} and {@code MISMATCH}.
     */
    public boolean isAboutData() {
        return isDueTo(StoreException::refuses);
    }

    private static boolean refuses(SQLException failed) {
        String state = failed.getSQLState();
        return state == null
                ? SQLITE_REFUSES.contains(failed.getErrorCode() & 0xff)
                : state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
    }

    private static boolean full(SQLException failed) {
        return failed.getErrorCode() == SQLITE_FULL || POSTGRESQL_FULL.equals(failed.getSQLState());
    }
}
