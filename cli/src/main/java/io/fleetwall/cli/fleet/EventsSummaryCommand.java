package io.fleetwall.cli.fleet;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a job was denied, in Markdown, for the page of its run. */
@Command(
        name = "summary",
        description =
                "What jobs were denied, in Markdown; --output \"$GITHUB_STEP_SUMMARY\" adds it to the run.",
        mixinStandardHelpOptions = true)
final class EventsSummaryCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    @Mixin private final EventPicks picks = new EventPicks();

    @Option(names = "--output", description = "Add it to this file instead of printing it.")
    private String output = "";

    @Option(
            names = "--limit",
            description = "Events looked at, at most (default: ${DEFAULT-VALUE}).",
            defaultValue = "10000")
    private int limit;

    EventsSummaryCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        JobSummary summary = new JobSummary();
        int found = picks.find(surroundings, limit, summary::add);
        String text =
                summary.markdown(found == limit ? JobSummary.Extent.CUT : JobSummary.Extent.WHOLE);
        if (output.isEmpty()) {
            surroundings.out().print(text);
            return ExitCode.OK;
        }
        try {
            Files.writeString(
                    Path.of(output),
                    text,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new ToolException(
                    ExitCode.FAILED, "cannot write " + output + ": " + failed.getMessage(), "");
        }
        return ExitCode.OK;
    }
}
