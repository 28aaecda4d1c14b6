package io.fleetwall.cli;

/** An end of a command that its user must know about: what went wrong, and what to do about it. */
public final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String hint;

    /**
     * An end.
     *
     * @param exitCode one of {@link ExitCode}
     * @param message what went wrong
     * @param hint what to do, may be empty
     */
    public ToolException(int exitCode, String message, String hint) {
        super(message);
        this.exitCode = exitCode;
        this.hint = hint;
    }

    /** The exit code. */
    public int exitCode() {
        return exitCode;
    }

    /** The message with its hint, for people. */
    public String text() {
        return "fleetwall: " + getMessage() + (hint.isEmpty() ? "" : "\n  hint: " + hint);
    }
}
