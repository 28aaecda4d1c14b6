package io.fleetwall.cli;

/** The exit codes of all tools; scripts rely on them. */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;

    /** A check said no: a policy has errors, a machine lacks something. */
    public static final int FAILED = 1;

    /** The command line was not understood. */
    public static final int USAGE = 2;

    /** The gateway or the runner node cannot be reached. */
    public static final int UNREACHABLE = 3;

    /** It was reached and said no. */
    public static final int REFUSED = 4;

    private ExitCode() {}
}
