package io.fleetwall.load.result;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * The whole result, for people and for programs.
 *
 * @param command as it is typed after {@code ./fleetwall}
 */
public record Report(String command, Instant at, List<Section> sections) {
    private static final int MISSED = 1;

    public boolean met() {
        return sections.stream().allMatch(Section::met);
    }

    private static String machine() {
        return "Linux "
                + System.getProperty("os.version")
                + ", "
                + Runtime.getRuntime().availableProcessors()
                + " CPUs, JDK "
                + Runtime.version();
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("./fleetwall ")
                .append(command)
                .append("  ")
                .append(at.truncatedTo(ChronoUnit.SECONDS))
                .append("  ")
                .append(machine())
                .append('\n');
        for (Section section : sections) {
            text.append('\n').append(section.title()).append(": ").append(section.how());
            text.append('\n');
            for (Line line : section.lines()) {
                String target = line.target().map(Line.Target::toString).orElse("");
                text.append(
                        String.format(
                                        Locale.ROOT,
                                        "  %-58s %22s   %s",
                                        line.what(),
                                        line.figure(),
                                        target)
                                .stripTrailing());
                text.append('\n');
            }
        }
        text.append(met() ? "\nall targets are met\n" : "\na target was missed\n");
        return text.toString();
    }

    /** Writes it, and ends the process: with 0 when all targets are met, else with 1. */
    public void end(Output output) {
        System.out.println(
                switch (output) {
                    case TEXT -> text();
                    case JSON -> json().encodePrettily();
                });
        System.exit(met() ? 0 : MISSED);
    }

    public JsonObject json() {
        JsonArray all = new JsonArray();
        for (Section section : sections) {
            JsonArray lines = new JsonArray();
            for (Line line : section.lines()) {
                JsonObject entry =
                        new JsonObject().put("what", line.what()).put("figure", line.figure());
                line.target()
                        .ifPresent(target ->
                                entry.put("value", target.value())
                                        .put("limit", target.limit())
                                        .put("unit", target.unit())
                                        .put("met", target.met()));
                lines.add(entry);
            }
            JsonObject samples = new JsonObject();
            section.series()
                    .forEach(series ->
                            samples.put(
                                    series.name(), new JsonArray(List.copyOf(series.samples()))));
            all.add(
                    new JsonObject()
                            .put("title", section.title())
                            .put("how", section.how())
                            .put("lines", lines)
                            .put("samples", samples));
        }
        return new JsonObject()
                .put("command", "./fleetwall " + command + " --json")
                .put("at", at.toString())
                .put("machine", machine())
                .put("met", met())
                .put("sections", all);
    }
}
