package io.fleetwall.cli.access;

import io.fleetwall.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The group of commands that decide who may use the gateway's API. */
@Command(
        name = "token",
        description = "Makes, lists and takes back tokens of the gateway's API.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
public final class TokenCommand {
    private TokenCommand() {}

    /** The group. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new TokenCommand())
                .addSubcommand(new TokenCreateCommand(surroundings))
                .addSubcommand(new TokenListCommand(surroundings))
                .addSubcommand(new TokenRevokeCommand(surroundings));
    }
}
