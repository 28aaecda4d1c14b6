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
                "What a job was denied, in Markdown; --output \"$GITHUB_STEP_SUMMARY\" adds it to the run.",
        mixinStandardHelpOptions = true)
final class EventsSummaryCommand implements Callable<Integer> {
    /** What GitHub takes of one step; of a longer one it shows nothing. */
    private static final long MOST = 1L << 20;

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
        JobSummary.Extent extent = found == limit ? JobSummary.Extent.CUT : JobSummary.Extent.WHOLE;
        summary.span().ifPresent(span -> picks.losses(surroundings, summary, span));
        if (output.isEmpty()) {
            surroundings.out().print(summary.markdown(extent));
            return ExitCode.OK;
        }
        Path file = Path.of(output);
        try {
            long room = MOST - (Files.exists(file) ? Files.size(file) : 0);
            byte[] text = summary.markdown(extent).getBytes(StandardCharsets.UTF_8);
            if (text.length > room) {
                text = summary.brief(extent).getBytes(StandardCharsets.UTF_8);
            }
            if (text.length > room) {
                throw new ToolException(
                        ExitCode.FAILED,
                        output + " has no room left: a page of a run takes 1 MiB",
                        "give the summary a step of its own");
            }
            Files.write(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new ToolException(
                    ExitCode.FAILED, "cannot write " + output + ": " + failed.getMessage(), "");
        }
        return ExitCode.OK;
    }
}
