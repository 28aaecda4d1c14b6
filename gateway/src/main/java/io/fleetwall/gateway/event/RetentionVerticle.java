package io.fleetwall.gateway.event;

import io.fleetwall.gateway.config.GatewayConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what is older than the settings say, at the start and once an hour. Runs on a virtual
 * thread.
 */
public final class RetentionVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionVerticle.class);
    private static final Duration PERIOD = Duration.ofHours(1);
    private final EventLog log;
    private final GatewayConfig.Events config;

    /** Keeps a log within its retention. */
    public RetentionVerticle(EventLog log, GatewayConfig.Events config) {
        this.log = log;
        this.config = config;
    }

    @Override
    public Future<?> start() {
        forget();
        vertx.setPeriodic(PERIOD.toMillis(), timer -> forget());
        return Future.succeededFuture();
    }

    private void forget() {
        try {
            long events = log.forgetOlderThan(config.retention());
            LOG.atInfo().addKeyValue("events", events).log("old events deleted");
        } catch (RuntimeException failed) {
            LOG.atError().setCause(failed).log("old events not deleted; trying again in an hour");
        }
    }
}
