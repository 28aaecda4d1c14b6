package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.identity.Revocations;
import io.fleetwall.gateway.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads each second who was turned away, at whichever gateway. Runs on a virtual thread. */
public final class RevocationVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationVerticle.class);
    private static final long MILLIS = 1_000;
    private final Revocations revocations;

    /** Keeps a list up to date. */
    public RevocationVerticle(Revocations revocations) {
        this.revocations = revocations;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(MILLIS, timer -> read());
        return Future.succeededFuture();
    }

    private void read() {
        try {
            revocations.refresh();
        } catch (StoreException failed) {
            LOG.atWarn().setCause(failed).log("revocations not read; the last ones hold");
        }
    }
}
