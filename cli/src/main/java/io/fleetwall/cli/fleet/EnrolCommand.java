package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the token with which a runner node gets its certificate. */
@Command(
        name = "enrol",
        aliases = "enroll",
        description =
                "Makes an enrolment token for a runner node, shown once, and prints the fleet CA's"
                        + " fingerprint; the node needs both.",
        mixinStandardHelpOptions = true)
public final class EnrolCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--node", description = "The only node it may enrol (default: any new one).")
    private String node = "";

    @Option(
            names = "--uses",
            description = "How many nodes it may enrol (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private int uses;

    @Option(
            names = "--ttl",
            description = "Seconds it can be used (default: ${DEFAULT-VALUE}).",
            defaultValue = "3600")
    private int ttlSeconds;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** The command. */
    public EnrolCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ObjectNode request = Json.object();
        if (!node.isEmpty()) {
            request.put("node", node);
        }
        request.put("uses", uses).put("ttlSeconds", ttlSeconds);
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer = gateway.post("enrolment-tokens", request);
            print(answer);
        }
        return ExitCode.OK;
    }

    /** Both are needed by the node; the names are those of its settings. */
    private void print(JsonNode answer) {
        if (json) {
            surroundings.out().println(Json.pretty(answer));
            return;
        }
        surroundings.out().println("token:         " + answer.path("token").asText());
        surroundings.out().println("caFingerprint: " + answer.path("caFingerprint").asText());
    }
}
