package io.fleetwall.gateway.fleet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that ended before they were links: told together, a line a tick, so that whoever
 * knocks a thousand times does not fill the log. Lives on its listener's event loop.
 */
final class Strangers {
    private static final Logger LOG = LoggerFactory.getLogger(Strangers.class);

    private long count;
    private String problem = "";

    void add(Throwable failed) {
        count++;
        problem = failed.toString();
    }

    void tell() {
        if (count > 0) {
            LOG.atInfo()
                    .addKeyValue("count", count)
                    .addKeyValue("lastProblem", problem)
                    .log("connections failed before they were links");
            count = 0;
        }
    }
}
