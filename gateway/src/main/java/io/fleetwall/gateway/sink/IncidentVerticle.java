package io.fleetwall.gateway.sink;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends incidents that have been quiet for long enough. Runs on a virtual thread. */
public final class IncidentVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(IncidentVerticle.class);
    private static final long PERIOD_MILLIS = 1_000;
    private final Outbox outbox;

    /** Ends the incidents of an outbox. */
    public IncidentVerticle(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(PERIOD_MILLIS, timer -> end());
        return Future.succeededFuture();
    }

    private void end() {
        try {
            outbox.endQuiet();
        } catch (RuntimeException failed) {
            LOG.atError().setCause(failed).log("quiet incidents not ended; trying again");
        }
    }
}
