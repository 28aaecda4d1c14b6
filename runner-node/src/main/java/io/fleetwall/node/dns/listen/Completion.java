package io.fleetwall.node.dns.listen;

import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;

/** Netty's futures as the JDK's, for steps that follow one another across event loops. */
public final class Completion {
    private Completion() {}

    /** Completes with the future's result, or with its cause. */
    public static <T> CompletableFuture<T> of(Future<T> future) {
        CompletableFuture<T> result = new CompletableFuture<>();
        future.addListener((Future<T> done) -> {
            if (done.isSuccess()) {
                result.complete(done.getNow());
            } else {
                result.completeExceptionally(done.cause());
            }
        });
        return result;
    }
}
