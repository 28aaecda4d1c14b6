package io.fleetwall.load.events;

import java.time.Duration;

/**
 * How long each thing fails while the ledger is kept.
 *
 * @param act what is said of no other
 * @param outage of the receiver
 * @param killed the gateway, so often
 * @param killEvery from one kill to the next
 * @param settled what waits may take so long afterwards
 */
record Script(Duration act, Duration outage, int killed, Duration killEvery, Duration settled) {
    /** Acts that are not shorter are the whole; shorter ones try the ledger itself. */
    private static final int WHOLE_SECONDS = 20;

    /** Acts of so many seconds; from 20 on the receiver is away for ten minutes. */
    static Script of(int seconds) {
        Duration act = Duration.ofSeconds(seconds);
        return seconds >= WHOLE_SECONDS
                ? new Script(
                        act,
                        Duration.ofMinutes(10),
                        6,
                        Duration.ofSeconds(20),
                        Duration.ofMinutes(15))
                : new Script(
                        act, act.multipliedBy(2), 2, act.multipliedBy(2), Duration.ofSeconds(60));
    }
}
