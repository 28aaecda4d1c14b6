package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Proves that stored events are as they were stored, by following their chain to its end. */
@Command(
        name = "verify",
        description = {
            "Follows the chain of stored events to its end: tells what was changed, taken out, put in"
                    + " or put in another order since.",
            "It ends with an anchor; written down elsewhere, --anchor proves later that nobody made"
                    + " up another chain."
        },
        mixinStandardHelpOptions = true)
final class EventsVerifyCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--anchor", description = "LINK:HASH that an earlier check ended with.")
    private String anchor = "";

    EventsVerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        long links = 0;
        long events = 0;
        long flaws = 0;
        JsonNode part;
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            String page = "events:verify" + (anchor.isEmpty() ? "" : "?anchor=" + anchor);
            do {
                part = gateway.get(page);
                part.path("notes").forEach(note -> surroundings.out().println(note.asText()));
                part.path("flaws")
                        .forEach(flaw -> surroundings.out().println("FLAW: " + flaw.asText()));
                links += part.path("links").asLong();
                events += part.path("events").asLong();
                flaws += part.path("flaws").size();
                page = GatewayClient.next(part);
            } while (!page.isEmpty());
        }
        surroundings
                .out()
                .printf(
                        "%d events in %d links: %s%nanchor %d:%s%n",
                        events,
                        links,
                        flaws == 0 ? "as they were stored" : flaws + " flaws",
                        part.path("link").asLong(),
                        part.path("hash").asText());
        return flaws == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
}
