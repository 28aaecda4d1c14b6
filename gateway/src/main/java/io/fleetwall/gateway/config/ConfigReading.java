package io.fleetwall.gateway.config;

import java.util.List;

/** What came of reading the settings: all of them, or everything that is wrong with them. */
public sealed interface ConfigReading {
    /** The settings are good. */
    record Read(GatewayConfig config) implements ConfigReading {}

    /** The settings are refused; the list is complete. */
    record Refused(List<ConfigProblem> problems) implements ConfigReading {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
