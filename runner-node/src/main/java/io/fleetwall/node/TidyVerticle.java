package io.fleetwall.node;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives back, in a quiet moment, the memory that a start, a change of policy or a load took. */
final class TidyVerticle extends VerticleBase {
    private static final long BEAT_MILLIS = 1000;

    /** A larger heap is shared, with a gateway or a laboratory: not the agent's to collect. */
    private static final long OWN_HEAP = 128 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(TidyVerticle.class);

    private final Leisure leisure = new Leisure();
    private final Supplier<?> inForce;
    private final LongSupplier questions;

    /** What is in force, with {@code equals}, and the number of questions since the start. */
    TidyVerticle(Supplier<?> inForce, LongSupplier questions) {
        this.inForce = inForce;
        this.questions = questions;
    }

    /** Whether the heap is the agent's own. */
    static boolean fits() {
        return Runtime.getRuntime().maxMemory() <= OWN_HEAP;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(BEAT_MILLIS, _ -> beat());
        return Future.succeededFuture();
    }

    private void beat() {
        Runtime machine = Runtime.getRuntime();
        if (leisure.come(inForce.get(), questions.getAsLong(), machine.totalMemory())) {
            long before = System.nanoTime();
            System.gc();
            leisure.collected(machine.totalMemory());
            LOG.atDebug()
                    .addKeyValue("millis", (System.nanoTime() - before) / 1_000_000)
                    .addKeyValue("heap", machine.totalMemory())
                    .log("heap collected");
        }
    }
}
