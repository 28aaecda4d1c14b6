package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whether a job may reach a destination, and by which rule. */
@Command(
        name = "explain",
        description = "Says whether a job may reach a destination, and by which rule.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "DESTINATION",
            description = "HOST[:PORT][/tcp|udp|icmp-echo]; 443/tcp unless stated.")
    private String destination = "";

    @Mixin private ScopeOptions scope = new ScopeOptions();

    @Option(
            names = "--revision",
            description = "Ask the gateway about this revision, or head.",
            defaultValue = "")
    private String revision = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    ExplainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Target target = Target.parse(destination);
        ObjectNode request = Json.object();
        request.set("scope", scope.json());
        ObjectNode to = request.putObject("destination");
        to.put(target.isAddress() ? "address" : "host", target.host());
        to.put("port", target.port()).put("protocol", target.protocol());
        if (!Revisions.checked(revision).equals("head")) {
            request.put("revision", Long.parseLong(revision));
        }
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer = gateway.post("policies:explain", request);
            surroundings.out().println(json ? Json.pretty(answer) : answer.path("text").asText());
        }
        return ExitCode.OK;
    }
}
