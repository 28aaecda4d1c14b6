package io.fleetwall.gateway.store;

/** The store did not do what it was asked; whatever was begun has been rolled back. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(String operation, Throwable cause) {
        super("store: " + operation + ": " + cause.getMessage(), cause);
    }
}
