package io.fleetwall.cli.policy;

import picocli.CommandLine.Option;

/** How long a new revision is watched. */
final class RolloutOptions {
    @Option(names = "--no-wait", description = "Return once the revision is stored.")
    private boolean noWait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for the runners (default: ${DEFAULT-VALUE}).",
            defaultValue = "30")
    private int timeoutSeconds;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    long waitMillis() {
        return noWait ? 0 : timeoutSeconds * 1_000L;
    }

    boolean json() {
        return json;
    }
}
