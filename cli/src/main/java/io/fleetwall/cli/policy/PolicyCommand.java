package io.fleetwall.cli.policy;

import io.fleetwall.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The group of commands about policies. */
@Command(
        name = "policy",
        description = "Checks, publishes, compares and explains policies.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
public final class PolicyCommand {
    private PolicyCommand() {}

    /** The group. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new PolicyCommand())
                .addSubcommand(new ValidateCommand(surroundings))
                .addSubcommand(new PublishCommand(surroundings))
                .addSubcommand(new HistoryCommand(surroundings))
                .addSubcommand(new ShowCommand(surroundings))
                .addSubcommand(new DiffCommand(surroundings))
                .addSubcommand(new RollbackCommand(surroundings))
                .addSubcommand(ProposalCommand.of(surroundings))
                .addSubcommand(new ExplainCommand(surroundings));
    }
}
