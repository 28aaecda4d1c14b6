package io.fleetwall.cli.fleet;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** Which nodes or runners are shown. */
final class FleetFilter {
    @Option(names = "--label", description = "Only where a runner has this label.")
    private String label = "";

    @Option(
            names = "--state",
            description =
                    "Only these: behind (pending or refused), in-force, pending, refused, lost.")
    private String state = "";

    /** The path with what was asked for. */
    String path(String list) {
        String query = parameter("label", label) + parameter("state", state);
        return query.isEmpty() ? list : list + "?" + query.substring(1);
    }

    private static String parameter(String name, String value) {
        return value.isEmpty()
                ? ""
                : "&" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
