package io.fleetwall.gateway.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the link's listener shows: a certificate of the fleet's authority, and the next one when two
 * thirds of its life are over, with a new key and the addresses the machine has by then. A gateway
 * that runs for years is never one that no node believes.
 */
public final class ListenerIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerIdentity.class);

    /** Between two attempts where the authority itself has ended. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final FleetAuthority authority;
    private final Names names;
    private final InstantSource clock;
    private Shown shown;

    /** By which names nodes may come, and for how long a certificate says so. */
    public record Names(Supplier<List<String>> now, Duration life) {}

    private record Shown(ServerIdentity identity, Instant renewal) {}

    private ListenerIdentity(FleetAuthority authority, Names names, InstantSource clock) {
        this.authority = authority;
        this.names = names;
        this.clock = clock;
        this.shown = make();
    }

    /** Makes the first one. */
    public static ListenerIdentity open(
            FleetAuthority authority, Names names, InstantSource clock) {
        return new ListenerIdentity(authority, names, clock);
    }

    /** What is to be shown now; made anew when it is time. Costs milliseconds then. */
    public synchronized ServerIdentity current() {
        if (!clock.instant().isBefore(shown.renewal())) {
            renew();
        }
        return shown.identity();
    }

    private void renew() {
        try {
            shown = make();
            LOG.atInfo()
                    .addKeyValue("until", shown.identity().until())
                    .log("the link shows another certificate from now on");
        } catch (RuntimeException failed) {
            shown = new Shown(shown.identity(), clock.instant().plus(AGAIN));
            LOG.atError()
                    .addKeyValue("until", shown.identity().until())
                    .setCause(failed)
                    .log("the link's certificate is not renewed; trying again in a minute");
        }
    }

    private Shown make() {
        ServerIdentity made = authority.server(names.now().get(), names.life());
        Instant now = clock.instant();
        Duration left = Duration.between(now, made.until());
        if (!left.isPositive()) {
            throw new IllegalStateException(
                    "the fleet's authority has ended: its certificates are good until "
                            + made.until());
        }
        return new Shown(made, now.plus(left.multipliedBy(2).dividedBy(3)));
    }
}
