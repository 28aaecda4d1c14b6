package io.fleetwall.cli.policy;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.ToolException;

/** How revisions are named on a command line. */
final class Revisions {
    private Revisions() {}

    /** The name as it is, if it is one. */
    static String checked(String revision) {
        if (!revision.matches("head|[0-9]{1,18}")) {
            throw new ToolException(
                    ExitCode.USAGE, "'" + revision + "' is no revision", "a number, or head");
        }
        return revision;
    }
}
