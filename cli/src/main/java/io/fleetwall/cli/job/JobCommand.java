package io.fleetwall.cli.job;

import io.fleetwall.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The group of commands that CI hooks call. */
@Command(
        name = "job",
        description = "Announces jobs to this machine's runner node; for CI hooks.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
public final class JobCommand {
    private JobCommand() {}

    /** The group. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new JobCommand())
                .addSubcommand(new JobStartCommand(surroundings))
                .addSubcommand(new JobFinishCommand(surroundings))
                .addSubcommand(new JobStatusCommand(surroundings));
    }
}
