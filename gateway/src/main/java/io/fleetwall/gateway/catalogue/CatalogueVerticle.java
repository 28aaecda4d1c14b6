package io.fleetwall.gateway.catalogue;

import io.fleetwall.gateway.Addresses;
import io.fleetwall.gateway.cluster.SharedHead;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this gateway's policies where the store's are: loads them at the start, hears of other
 * gateways' revisions, looks by itself in case a notification was lost, and republishes when a rule
 * expires. Runs on a virtual thread, so it may block.
 */
public final class CatalogueVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogueVerticle.class);

    /** How long a lost notification can go unnoticed; one indexed read each time. */
    private static final Duration RECONCILE = Duration.ofSeconds(10);

    /** An expiry further away is looked at again by then, whatever clocks have done meanwhile. */
    private static final Duration LONGEST_TIMER = Duration.ofHours(1);

    private final Policies policies;
    private final SharedHead head;
    private final InstantSource clock;
    private long expiryTimer = -1;

    /** Follows the head for these policies. */
    public CatalogueVerticle(Policies policies, SharedHead head, InstantSource clock) {
        this.policies = policies;
        this.head = head;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        Context mine = context;
        policies.onAdvance(snapshot -> {
            announce();
            mine.runOnContext(ignored -> scheduleExpiry());
        });
        head.onNewer(news -> mine.runOnContext(ignored -> follow()));
        policies.reconcile();
        policies.expire();
        scheduleExpiry();
        vertx.setPeriodic(RECONCILE.toMillis(), timer -> follow());
        return Future.succeededFuture();
    }

    private void announce() {
        vertx.eventBus()
                .publish(
                        Addresses.CATALOGUE_ADVANCED,
                        policies.head().revision(),
                        new DeliveryOptions().setLocalOnly(true));
        head.announce(policies.head())
                .whenComplete((news, failed) -> {
                    if (failed != null) {
                        LOG.atWarn()
                                .setCause(failed)
                                .log("other gateways not told; they look by themselves");
                    }
                });
    }

    private void follow() {
        try {
            policies.reconcile();
        } catch (RuntimeException failed) {
            LOG.atError().setCause(failed).log("store not readable; policies stay as they are");
        }
    }

    private void scheduleExpiry() {
        if (expiryTimer >= 0) {
            vertx.cancelTimer(expiryTimer);
            expiryTimer = -1;
        }
        policies.current()
                .catalogue()
                .nextExpiry()
                .ifPresent(expiry ->
                        expiryTimer = vertx.setTimer(millisUntil(expiry), timer -> expire()));
    }

    private long millisUntil(Instant expiry) {
        long millis = Duration.between(clock.instant(), expiry).toMillis() + 1;
        return Math.clamp(millis, 1, LONGEST_TIMER.toMillis());
    }

    private void expire() {
        expiryTimer = -1;
        try {
            policies.expire();
        } catch (RuntimeException failed) {
            LOG.atError().setCause(failed).log("expired rule not withdrawn; trying again");
        }
        if (expiryTimer < 0) {
            scheduleExpiry();
        }
    }
}
