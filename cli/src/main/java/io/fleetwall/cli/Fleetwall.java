package io.fleetwall.cli;

import io.fleetwall.cli.access.SigningKeyCommand;
import io.fleetwall.cli.access.TokenCommand;
import io.fleetwall.cli.alert.BaselineCommand;
import io.fleetwall.cli.alert.MuteCommand;
import io.fleetwall.cli.alert.WebhookCommand;
import io.fleetwall.cli.doctor.DoctorCommand;
import io.fleetwall.cli.fleet.EnrolCommand;
import io.fleetwall.cli.fleet.EventsCommand;
import io.fleetwall.cli.fleet.NodeCommand;
import io.fleetwall.cli.fleet.NodesCommand;
import io.fleetwall.cli.fleet.RunnersCommand;
import io.fleetwall.cli.gateway.GatewayRefusal;
import io.fleetwall.cli.job.DnsCommand;
import io.fleetwall.cli.job.JobCommand;
import io.fleetwall.cli.policy.PolicyCommand;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The main program of the operator's tools; the launcher calls it as {@code ./fleetwall}. */
@Command(
        name = "fleetwall",
        mixinStandardHelpOptions = true,
        description = "Runtime egress firewall for fleets of CI runners.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Settings are taken from the environment:",
            "  FLEETWALL_API         the gateway's API (http://127.0.0.1:7070)",
            "  FLEETWALL_TOKEN       its token, or FLEETWALL_TOKEN_FILE (.state/gateway/admin.token)",
            "  FLEETWALL_CA          PEM file of the authority of an https API; or --ca FILE",
            "  FLEETWALL_JOB_SOCKET  the runner node's socket (/run/fleetwall/job.sock)",
            "",
            "Exit codes: 0 done, 1 a check said no, 2 usage, 3 not reachable, 4 refused."
        })
public final class Fleetwall {
    private Fleetwall() {}

    /** Runs one command. */
    public static void main(String[] arguments) {
        PrintWriter out = writer(System.out);
        PrintWriter err = writer(System.err);
        int exit = run(Surroundings.ofProcess(out), err, arguments);
        out.flush();
        err.flush();
        System.exit(exit);
    }

    /** Runs one command and answers its exit code. */
    public static int run(Surroundings surroundings, PrintWriter err, String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        CommandLine line = commands(authority(surroundings, words));
        line.setOut(surroundings.out());
        line.setErr(err);
        line.setUsageHelpWidth(100);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, _) -> {
            ToolException known = known(failure);
            command.getErr().println(known.text());
            return known.exitCode();
        });
        return line.execute(words.toArray(String[]::new));
    }

    /** {@code --ca FILE}, wherever it stands, is FLEETWALL_CA for this command. */
    private static Surroundings authority(Surroundings surroundings, List<String> words) {
        int at = words.indexOf("--ca");
        if (at < 0 || at + 1 == words.size()) {
            return surroundings;
        }
        words.remove(at);
        return surroundings.with("FLEETWALL_CA", words.remove(at));
    }

    private static ToolException known(Exception failure) throws Exception {
        return switch (failure) {
            case ToolException tool -> tool;
            case GatewayRefusal no ->
                    new ToolException(
                            ExitCode.REFUSED, "the gateway refuses: " + no.text(), no.hint());
            default -> throw failure;
        };
    }

    private static CommandLine commands(Surroundings surroundings) {
        CommandLine line =
                new CommandLine(new Fleetwall())
                        .addSubcommand(PolicyCommand.of(surroundings))
                        .addSubcommand(new NodesCommand(surroundings))
                        .addSubcommand(new RunnersCommand(surroundings))
                        .addSubcommand(EventsCommand.of(surroundings))
                        .addSubcommand(WebhookCommand.of(surroundings))
                        .addSubcommand(MuteCommand.of(surroundings))
                        .addSubcommand(BaselineCommand.of(surroundings))
                        .addSubcommand(JobCommand.of(surroundings))
                        .addSubcommand(DnsCommand.of(surroundings))
                        .addSubcommand(new EnrolCommand(surroundings))
                        .addSubcommand(NodeCommand.of(surroundings))
                        .addSubcommand(SigningKeyCommand.of(surroundings))
                        .addSubcommand(TokenCommand.of(surroundings))
                        .addSubcommand(new DoctorCommand(surroundings))
                        .addSubcommand(new CommandLine.HelpCommand());
        name(line, Optional.ofNullable(Fleetwall.class.getPackage().getImplementationVersion()));
        return line;
    }

    private static void name(CommandLine line, Optional<String> version) {
        line.getCommandSpec().version("fleetwall " + version.orElse("(not from a jar)"));
        line.getSubcommands().values().forEach(sub -> name(sub, version));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }
}
