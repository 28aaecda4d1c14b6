package io.fleetwall.laboratory.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code fleetwall demo}. The launcher runs it in network, mount and process namespaces of its own:
 * when this process ends, however it ends, the kernel takes down all that was built.
 */
@Command(
        name = "demo",
        description = "Plays the whole product on this machine and checks every step of it.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print one JSON document for machines.")
    private boolean json;

    @Option(
            names = "--keep-logs",
            description = "Copy all logs to target/demo-logs, also when all is well.")
    private boolean keepLogs;

    @Option(names = "--step", description = "Wait for the Enter key before each act.")
    private boolean step;

    @Override
    public Integer call() throws IOException {
        PrintStream terminal =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream story = json ? new PrintStream(PrintStream.nullOutputStream()) : terminal;
        Timeline timeline =
                new Timeline(story, step ? Timeline.Pace.STEP_BY_STEP : Timeline.Pace.STEADY);
        Path directory = Files.createTempDirectory("laboratory");
        String failure = play(timeline, directory);
        boolean well = failure.isEmpty() && timeline.count(false) == 0;
        if (keepLogs || !well) {
            story.println("         logs: " + keepLogs(directory));
        }
        if (json) {
            terminal.println(document(timeline, well, failure));
        } else if (!failure.isEmpty()) {
            System.err.println("fleetwall: the demo cannot go on: " + failure);
        }
        timeline.close();
        return well ? 0 : 1;
    }

    /** Plays it; what made it stop before its end, or nothing. */
    private static String play(Timeline timeline, Path directory) {
        try (Demo demo = new Demo(timeline, directory)) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(demo::interrupt));
            demo.play();
            return "";
        } catch (IllegalStateException | UncheckedIOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String document(Timeline timeline, boolean well, String failure)
            throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode document = mapper.createObjectNode();
        document.put("passed", well)
                .put("millis", timeline.elapsedMillis())
                .put("met", timeline.count(true))
                .put("failed", timeline.count(false));
        if (!failure.isEmpty()) {
            document.put("failure", failure);
        }
        document.set("acts", mapper.valueToTree(timeline.acts()));
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    }

    private static Path keepLogs(Path directory) throws IOException {
        Path kept =
                Files.createDirectories(
                        Installation.ofLauncher().home().resolve("target/demo-logs"));
        List<Path> logs;
        try (Stream<Path> files = Files.list(directory)) {
            logs = files.filter(file -> file.toString().endsWith(".log")).toList();
        }
        for (Path log : logs) {
            Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        return kept;
    }
}
