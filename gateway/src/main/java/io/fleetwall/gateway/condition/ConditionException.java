package io.fleetwall.gateway.condition;

/** A text that is no condition; the message says at which column and what was expected. */
public final class ConditionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConditionException(int column, String message) {
        super("the condition " + message + " (column " + column + ")", null, false, false);
    }
}
