package io.fleetwall.load.events;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.load.gateway.Programs;
import io.fleetwall.load.rollout.Progress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger of {@code ./fleetwall bench events --ledger}, with short faults. */
final class LedgerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void whateverFailsEveryPacketIsStoredAndToldOrStatedAsLost(@TempDir Path directory)
            throws Exception {
        Script script = new Script(SECOND, SECOND, 1, SECOND, Duration.ofSeconds(60));
        var progress = new Progress(System.nanoTime());
        Books.Balance balance =
                new Ledger(script, Programs.OF_CLASS_PATH, directory, progress).balance();
        assertTrue(balance.sound(), balance.toString());
        assertTrue(balance.sent() > 1_000, balance.toString());
        assertTrue(balance.stored() > balance.sent() / 2, balance.toString());
        assertTrue(balance.stated() + balance.told().again() > 0, "nothing failed: " + balance);
    }
}
