package io.fleetwall.bpf;

/**
 * A native call failed: which, on what, with which errno, and what is probably the cause.
 *
 * <p>Unchecked, because no caller can go on as if nothing had happened; whoever owns the operation
 * catches it and reports it whole.
 */
public final class BpfException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;
    private final String operation;
    private final String subject;
    private final String hint;

    /**
     * @param errno Linux errno, or 0 when no call failed but its result is wrong
     * @param operation the native function, or what was being done
     * @param subject what it was done on
     * @param hint the likely cause and what to do
     */
    BpfException(int errno, String operation, String subject, String hint) {
        super(operation + " " + subject + ": " + Errno.describe(errno) + " (" + hint + ")");
        this.errno = errno;
        this.operation = operation;
        this.subject = subject;
        this.hint = hint;
    }

    /** Linux errno, or 0 when no call failed but its result is wrong. */
    public int errno() {
        return errno;
    }

    /** The native function, or what was being done. */
    public String operation() {
        return operation;
    }

    /** What it was done on. */
    public String subject() {
        return subject;
    }

    /** The likely cause and what to do. */
    public String hint() {
        return hint;
    }
}
