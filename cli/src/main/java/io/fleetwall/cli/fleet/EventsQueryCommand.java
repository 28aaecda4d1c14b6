package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks for events by time, scope, verdict, destination and text; prints or exports them. */
@Command(
        name = "query",
        description = "Looks for events; prints lines, or exports NDJSON or CSV.",
        mixinStandardHelpOptions = true)
final class EventsQueryCommand implements Callable<Integer> {
    /** What a query prints. */
    enum Form {
        TEXT,
        NDJSON,
        CSV
    }

    private final Surroundings surroundings;
    @Mixin private final EventPicks picks = new EventPicks();

    @Option(
            names = "--format",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "TEXT")
    private Form form = Form.TEXT;

    @Option(
            names = "--limit",
            description = "At most so many (default: ${DEFAULT-VALUE}).",
            defaultValue = "10000")
    private int limit;

    EventsQueryCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (form == Form.CSV) {
            surroundings.out().println(EventCsv.HEAD);
        }
        picks.find(surroundings, limit, this::print);
        return ExitCode.OK;
    }

    private void print(JsonNode event) {
        surroundings
                .out()
                .println(
                        switch (form) {
                            case TEXT -> EventLine.of(event);
                            case NDJSON -> Json.line(event);
                            case CSV -> EventCsv.of(event);
                        });
    }
}
