package io.fleetwall.cli;

import io.fleetwall.cli.Surroundings.Colour;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;

/** A command that was run within this process, with all it said. */
public record Ran(int exitCode, String out, String err) {
    /** Runs a command line with these variables and no others. */
    public static Ran with(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Surroundings surroundings =
                new Surroundings(
                        environment,
                        Path.of("/nonexistent"),
                        new PrintWriter(out, true),
                        Colour.PLAIN);
        int exitCode = Fleetwall.run(surroundings, new PrintWriter(err, true), arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }
}
