package io.fleetwall.node.enforce;

import io.fleetwall.node.bus.Happening;
import io.fleetwall.protocol.event.EventKind;
import java.time.Instant;
import java.util.Optional;

/** What could not be told one by one is told as a number. */
final class Losses {
    private Losses() {}

    static Happening of(long count, String what, Instant at) {
        return new Happening(
                "",
                EventKind.LOSS,
                at,
                Optional.empty(),
                Happening.Subject.NONE,
                count,
                count + " " + what + " are not described: too many at once, or of no runner");
    }
}
