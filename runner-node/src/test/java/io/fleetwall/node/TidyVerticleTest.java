package io.fleetwall.node;

import io.fleetwall.node.fleet.Await;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class TidyVerticleTest {
    @Test
    void aQuietNodeHasItsWholeHeapCollectedSomeSecondsAfterItsStart() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            long before = wholeCollections();
            vertx.deployVerticle(
                            new TidyVerticle(() -> "a policy", () -> 0),
                            new DeploymentOptions()
                                    .setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            Await.until(() -> wholeCollections() > before, () -> "no collection of the whole heap");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    /** Of G1, of the serial collector, of the parallel one. */
    private static long wholeCollections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(each -> each.getName().matches(".*Old Gen.*|MarkSweep.*|.*MarkSweep"))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
