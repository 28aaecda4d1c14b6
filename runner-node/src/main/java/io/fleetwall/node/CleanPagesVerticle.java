package io.fleetwall.node;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.bpf.CleanPages;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the machine back, each ten seconds, what the agent only read: of the 50 MB of libraries and
 * classes that a start touches, answering questions needs a part. On a virtual thread: it reads a
 * file of the kernel's.
 */
final class CleanPagesVerticle extends VerticleBase {
    private static final long PERIOD_MILLIS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(CleanPagesVerticle.class);

    private final CleanPages pages = new CleanPages();
    private long timer;

    @Override
    public Future<?> start() {
        timer = vertx.setPeriodic(PERIOD_MILLIS, _ -> giveBack());
        return Future.succeededFuture();
    }

    /** A kernel that does not take them will not the next time: the agent works all the same. */
    private void giveBack() {
        try {
            long bytes = pages.giveBack();
            LOG.atDebug().addKeyValue("bytes", bytes).log("clean pages given back");
        } catch (IOException | BpfException e) {
            vertx.cancelTimer(timer);
            LOG.atWarn().setCause(e).log("clean pages stay resident");
        }
    }
}
