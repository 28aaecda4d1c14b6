package io.fleetwall.node.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.bpf.ProcessRecord;
import io.fleetwall.protocol.event.ProcessIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KnownProcessesTest {
    private static final long LIFE = 5_000;
    private final List<Integer> lookedUp = new ArrayList<>();
    private final KnownProcesses processes = new KnownProcesses(this::lookUp, LIFE);

    private ProcessIdentity lookUp(ProcessRecord process) {
        lookedUp.add(process.pid());
        return new ProcessIdentity(process.pid(), 0, process.name(), "", "", List.of(), "", "");
    }

    private static Optional<ProcessRecord> process(int pid, long started) {
        return Optional.of(
                new ProcessRecord(started, 1, pid, 0, List.of(), "curl", "/bin/curl", List.of()));
    }

    @Test
    void aProcessIsLookedUpOnceAWhile() {
        for (long now = 0; now <= LIFE; now += 1_000) {
            assertEquals(7, processes.of(process(7, 1), now).orElseThrow().pid());
        }
        assertEquals(List.of(7), lookedUp);
        processes.of(process(7, 1), LIFE + 1);
        assertEquals(List.of(7, 7), lookedUp);
    }

    @Test
    void anotherProcessWithTheSamePidIsAnother() {
        processes.of(process(7, 1), 0);
        processes.of(process(7, 2), 0);
        assertEquals(List.of(7, 7), lookedUp);
    }

    @Test
    void whereNoProcessIsKnownNoneIsLookedUp() {
        assertEquals(Optional.empty(), processes.of(Optional.empty(), 0));
        assertEquals(List.of(), lookedUp);
    }

    @Test
    void manyProcessesAtOnceTakeNoMoreThanTheirRoom() {
        for (int pid = 0; pid < 3 * KnownProcesses.CAPACITY; pid++) {
            processes.of(process(pid, 1), 0);
        }
        processes.of(process(0, 1), 0);
        assertEquals(3 * KnownProcesses.CAPACITY + 1, lookedUp.size());
    }
}
