package io.fleetwall.cli.access;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes a token back. */
@Command(
        name = "revoke",
        description = "Takes a token back at once.",
        mixinStandardHelpOptions = true)
final class TokenRevokeCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "ID", description = "As `token list` shows it.")
    private String id = "";

    TokenRevokeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            gateway.delete("tokens/" + GatewayClient.segment(id));
            surroundings.out().println("token " + id + " revoked");
        }
        return ExitCode.OK;
    }
}
