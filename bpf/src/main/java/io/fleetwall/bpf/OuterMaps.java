package io.fleetwall.bpf;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The maps of maps, by table set index. */
record OuterMaps(BpfMap networks, BpfMap learned, BpfMap programs) {
    /** Takes a table set away from the program; its maps go when nobody holds them. */
    void remove(int index) {
        each(
                () -> networks.delete(index),
                () -> learned.delete(index),
                () -> programs.delete(index));
    }

    /**
     * Does something to each map at once, and waits for all: most of it is waiting for the kernel.
     * Threads of the platform, because a virtual one keeps its carrier during a native call.
     */
    void each(Runnable toNetworks, Runnable toLearned, Runnable toPrograms) {
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().name("table-set-", 1).daemon().factory())) {
            CompletableFuture<Void> both =
                    CompletableFuture.allOf(
                            CompletableFuture.runAsync(toNetworks, threads),
                            CompletableFuture.runAsync(toLearned, threads));
            try {
                toPrograms.run();
            } finally {
                both.join();
            }
        } catch (CompletionException e) {
            if (e.getCause() instanceof BpfException failed) {
                throw failed;
            }
            throw e;
        }
    }
}
