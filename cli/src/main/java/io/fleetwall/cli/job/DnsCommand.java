package io.fleetwall.cli.job;

import io.fleetwall.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The group of commands about this machine's DNS proxy. */
@Command(
        name = "dns",
        description = "Looks into the DNS proxy of this machine's runner node.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
public final class DnsCommand {
    private DnsCommand() {}

    /** The group. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new DnsCommand()).addSubcommand(new DnsTopCommand(surroundings));
    }
}
