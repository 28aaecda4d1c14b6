package io.fleetwall.node.dns;

import io.fleetwall.node.dns.figure.TopNames;
import io.fleetwall.node.dns.listen.ListenerPair;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A runner's desks and listeners on all workers. */
final class ServedRunner {
    private final int place;
    private final RunnerMemory memory;
    private final List<RunnerDesk> desks = new CopyOnWriteArrayList<>();
    private final List<ListenerPair> listeners = new CopyOnWriteArrayList<>();

    ServedRunner(int place, RunnerMemory memory) {
        this.place = place;
        this.memory = memory;
    }

    RunnerMemory memory() {
        return memory;
    }

    int place() {
        return place;
    }

    void add(RunnerDesk desk) {
        desks.add(desk);
    }

    void add(ListenerPair pair) {
        listeners.add(pair);
    }

    CompletableFuture<TopNames> top() {
        CompletableFuture<TopNames> all = CompletableFuture.completedFuture(TopNames.NONE);
        for (RunnerDesk desk : desks) {
            all = all.thenCombine(desk.top(), TopNames::plus);
        }
        return all;
    }

    CompletableFuture<Void> close() {
        desks.forEach(RunnerDesk::close);
        return CompletableFuture.allOf(
                listeners.stream().map(ListenerPair::close).toArray(CompletableFuture[]::new));
    }
}
