package io.fleetwall.node.link;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the next certificate in time, and again when that failed. Apart from the link, because a
 * certificate ends whether the node is linked or not. Lives on the link verticle's context.
 */
final class Renewal {
    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    /** Timers count how long, and the clock may be set meanwhile: it is asked that often. */
    private static final long LOOK_MILLIS = Duration.ofHours(1).toMillis();

    private static final long LAST_WAIT_MILLIS = Duration.ofMinutes(15).toMillis();
    private static final long FIRST_WAIT_MILLIS = 500;

    private final Vertx vertx;
    private final Chance chance;
    private final Function<Identity, Future<Identity>> renew;
    private final Consumer<Identity> renewed;
    private long timer = -1;
    private long wait = FIRST_WAIT_MILLIS;

    /** What decides about when. */
    record Chance(InstantSource clock, RandomGenerator random) {}

    Renewal(
            Vertx vertx,
            Chance chance,
            Function<Identity, Future<Identity>> renew,
            Consumer<Identity> renewed) {
        this.vertx = vertx;
        this.chance = chance;
        this.renew = renew;
        this.renewed = renewed;
    }

    /** From now on this identity is to be renewed, and no earlier one. */
    void plan(Identity identity) {
        try {
            await(identity, identity.renewal(chance.random()));
        } catch (GeneralSecurityException unusable) {
            LOG.atWarn().setCause(unusable).log("the certificate cannot be renewed: enrol again");
        }
    }

    private void await(Identity identity, Instant due) {
        long left = Duration.between(chance.clock().instant(), due).toMillis();
        if (left <= 0) {
            attempt(identity);
        } else {
            after(Math.min(left, LOOK_MILLIS), () -> await(identity, due));
        }
    }

    private void attempt(Identity identity) {
        renew.apply(identity)
                .map(fresh -> {
                    // A full disk is a reason to ask again, like a gateway that is away.
                    renewed.accept(fresh);
                    wait = FIRST_WAIT_MILLIS;
                    return fresh;
                })
                .onFailure(failed -> {
                    long millis = wait / 2 + chance.random().nextLong(wait / 2 + 1);
                    wait = Math.min(LAST_WAIT_MILLIS, wait * 2);
                    LOG.atWarn()
                            .addKeyValue("problem", failed.getMessage())
                            .addKeyValue("retryMillis", millis)
                            .log("certificate not renewed");
                    after(Math.max(1, millis), () -> attempt(identity));
                });
    }

    private void after(long millis, Runnable work) {
        vertx.cancelTimer(timer);
        timer = vertx.setTimer(millis, _ -> work.run());
    }
}
