package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

    @Spec private CommandSpec spec = CommandSpec.create();

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
            surroundings.out().print(EventCsv.head());
        }
        int found = picks.find(surroundings, limit, this::print);
        if (found == limit) {
            surroundings.out().flush();
            spec.commandLine()
                    .getErr()
                    .println(
                            "stopped after "
                                    + limit
                                    + " events, there may be more: a larger --limit or a later --from");
        }
        return ExitCode.OK;
    }

    private void print(JsonNode event) {
        surroundings
                .out()
                .print(
                        switch (form) {
                            case TEXT -> EventLine.of(event) + "\n";
                            case NDJSON -> Json.line(event) + "\n";
                            case CSV -> EventCsv.of(event);
                        });
    }
}
