package io.fleetwall.bpf;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The maps of maps, by table set index. */
record OuterMaps(BpfMap networks, BpfMap learned, BpfMap programs) {
    /** Takes a table set away from the program; its maps go when nobody holds them. */
    void remove(int index) {
        change(
                List.of(
                        () -> networks.delete(index),
                        () -> learned.delete(index),
                        () -> programs.delete(index)),
                () -> {});
    }

    /**
     * Changes the maps, does something else meanwhile, and waits for all. The kernel lets each
     * change wait for an RCU grace period, 6 to 15 ms: at once they wait for the same one. Threads
     * of the platform, because a virtual one keeps its carrier during a native call.
     */
    void change(List<Runnable> changes, Runnable meanwhile) {
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().name("table-set-", 1).daemon().factory())) {
            CompletableFuture<?>[] all =
                    changes.stream()
                            .map(change -> CompletableFuture.runAsync(change, threads))
                            .toArray(CompletableFuture[]::new);
            try {
                meanwhile.run();
            } finally {
                CompletableFuture.allOf(all).join();
            }
        } catch (CompletionException e) {
            if (e.getCause() instanceof BpfException failed) {
                throw failed;
            }
            throw e;
        }
    }
}
