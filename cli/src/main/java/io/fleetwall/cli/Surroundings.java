package io.fleetwall.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a command is given by its surroundings besides its arguments.
 *
 * @param environment variables
 * @param home where Fleetwall lives
 * @param out for results
 * @param colour whether results may be coloured
 */
public record Surroundings(
        Map<String, String> environment, Path home, PrintWriter out, Colour colour) {
    private static final String DEFAULT_API = "http://127.0.0.1:7070";
    private static final String DEFAULT_JOB_SOCKET = "/run/fleetwall/job.sock";

    /** Whether text is coloured. */
    public enum Colour {
        PLAIN,
        COLOURED
    }

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** The surroundings of this process. */
    public static Surroundings ofProcess(PrintWriter out) {
        boolean terminal =
                Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
        boolean coloured = terminal && System.getenv("NO_COLOR") == null;
        return new Surroundings(
                System.getenv(),
                Path.of(System.getProperty("fleetwall.home", ".")),
                out,
                coloured ? Colour.COLOURED : Colour.PLAIN);
    }

    /** The same, but for one variable. */
    public Surroundings with(String name, String value) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put(name, value);
        return new Surroundings(variables, home, out, colour);
    }

    /** A variable that is set and not empty. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** The gateway's API. */
    public URI api() {
        return URI.create(variable("FLEETWALL_API").orElse(DEFAULT_API));
    }

    /** Where the API's token is, unless FLEETWALL_TOKEN holds it. */
    public Path tokenFile() {
        return variable("FLEETWALL_TOKEN_FILE")
                .map(Path::of)
                .orElse(home.resolve(".state/gateway/admin.token"));
    }

    /** The runner node's socket for CI hooks. */
    public Path jobSocket() {
        return Path.of(variable("FLEETWALL_JOB_SOCKET").orElse(DEFAULT_JOB_SOCKET));
    }
}
