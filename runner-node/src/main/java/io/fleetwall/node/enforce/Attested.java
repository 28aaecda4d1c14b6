package io.fleetwall.node.enforce;

import io.fleetwall.protocol.message.Attestation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** What a runner's attestations have found so far. Used by its verticle only. */
final class Attested {
    private final String runner;
    private Instant at;
    private Optional<Attestation.Finding> last = Optional.empty();

    /** Made when what was left in the kernel has just been looked at for the first time. */
    Attested(String runner, Instant now) {
        this.runner = runner;
        this.at = now.truncatedTo(ChronoUnit.MILLIS);
    }

    Attestation now() {
        return new Attestation(runner, at, last);
    }

    /** It was looked at again; whether that is another state than before. */
    boolean again(Instant when, List<Tampering> found) {
        Attestation before = now();
        at = when.truncatedTo(ChronoUnit.MILLIS);
        if (!found.isEmpty()) {
            Tampering newest = found.getLast();
            last = Optional.of(new Attestation.Finding(newest.kind(), at, newest.text()));
        }
        return !found.isEmpty() || now().state() != before.state();
    }
}
