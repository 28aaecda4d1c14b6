package io.fleetwall.laboratory;

import io.fleetwall.laboratory.demo.DemoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The laboratory's main program. */
@Command(name = "laboratory", synopsisSubcommandLabel = "COMMAND")
public final class Laboratory {
    private Laboratory() {}

    /** Runs a command. */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Laboratory()).addSubcommand(new DemoCommand());
        System.exit(line.execute(arguments));
    }
}
