package io.fleetwall.node.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.enforce.LearnedBook.Claim;
import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.compiled.Outcome.Effect;
import io.fleetwall.policy.compiled.PortProgram;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** An address that many names share. */
final class LearnedEntryTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PortProgram HTTPS = allowing(443);
    private static final PortProgram SSH = allowing(22);

    private final LearnedEntry entry = new LearnedEntry();

    @Test
    void a_name_that_allows_what_is_allowed_already_costs_no_system_call() {
        tell(claim(0, HTTPS, 60), 0);

        for (int i = 1; i < 1000; i++) {
            assertNull(entry.claim(claim(i, HTTPS, 60), 0));
        }
        assertEquals(LearnedEntry.MAX_NAMES, entry.claims().size());
        assertTrue(entry.crowded(), "some names are not among the claims any more");
        assertEquals("n999,n998", entry.names().substring(0, 9));
    }

    @Test
    void a_name_with_other_ports_is_told_to_the_kernel() {
        tell(claim(0, HTTPS, 60), 0);

        Claim row = tell(claim(1, SSH, 60), 0);

        assertEquals(HTTPS.unite(SSH).orElseThrow(), row.program());
    }

    @Test
    void a_name_pushed_out_of_memory_keeps_what_it_allows_until_it_expires() {
        tell(claim(0, SSH, 60), 0);
        for (int i = 1; i < 1000; i++) {
            Claim row = entry.claim(claim(i, HTTPS, 120), 30 * SECOND);
            if (row != null) {
                entry.wrote(row);
            }
        }

        Claim before = tell(claim(1, HTTPS, 125), 59 * SECOND);
        Claim after = tell(claim(1, HTTPS, 125), 60 * SECOND);

        assertEquals(HTTPS.unite(SSH).orElseThrow(), before.program());
        assertEquals(HTTPS, after.program());
    }

    @Test
    void a_later_expiry_is_told_and_a_little_later_is_not() {
        tell(claim(0, HTTPS, 60), 0);

        assertNull(entry.claim(claim(0, HTTPS, 61), 0));
        assertEquals(62 * SECOND, tell(claim(1, HTTPS, 62), 0).expiresAt());
    }

    @Test
    void what_the_kernel_did_not_take_is_told_again() {
        assertNotNull(entry.claim(claim(0, HTTPS, 60), 0));

        assertNotNull(entry.claim(claim(0, HTTPS, 60), 0));
    }

    private Claim tell(Claim claim, long now) {
        Claim row = Objects.requireNonNull(entry.claim(claim, now));
        entry.wrote(row);
        return row;
    }

    private static Claim claim(int number, PortProgram program, int seconds) {
        byte[] label = ("n" + number).getBytes(StandardCharsets.US_ASCII);
        byte[] wire = new byte[label.length + 2];
        wire[0] = (byte) label.length;
        System.arraycopy(label, 0, wire, 1, label.length);
        return new Claim(new WireName(wire), program, seconds * SECOND);
    }

    private static PortProgram allowing(int port) {
        return PortProgram.of(
                new int[] {0, port, port + 1},
                new int[] {
                    Outcome.of(Effect.NONE, 0),
                    Outcome.of(Effect.ALLOW, 1),
                    Outcome.of(Effect.NONE, 0)
                });
    }
}
