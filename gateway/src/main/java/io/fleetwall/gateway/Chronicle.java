package io.fleetwall.gateway;

import io.fleetwall.gateway.api.Services;
import io.fleetwall.gateway.baseline.BaselineVerticle;
import io.fleetwall.gateway.baseline.Baselines;
import io.fleetwall.gateway.baseline.Sightings;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.event.EventLog;
import io.fleetwall.gateway.event.EventSearch;
import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.gateway.event.RetentionVerticle;
import io.fleetwall.gateway.event.TrailVerticle;
import io.fleetwall.gateway.sink.DeadLetters;
import io.fleetwall.gateway.sink.IncidentVerticle;
import io.fleetwall.gateway.sink.MutePreview;
import io.fleetwall.gateway.sink.Mutes;
import io.fleetwall.gateway.sink.Outbox;
import io.fleetwall.gateway.sink.SinkVerticle;
import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.protocol.event.UuidV7;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The event log of a gateway at work and all that lives on it: alerts, sinks, baselines, retention.
 */
final class Chronicle {
    private final GatewayConfig config;
    private final Database database;
    private final InstantSource clock;
    private final UuidV7 ids;
    private final AuditLog audit;
    private final Mutes mutes;
    private final Outbox outbox;
    private final EventLog log;
    private final OwnEvents own;

    Chronicle(GatewayConfig config, Database database, EventBus bus, InstantSource clock) {
        this.config = config;
        this.database = database;
        this.clock = clock;
        this.ids = new UuidV7(clock, new SecureRandom());
        this.audit = new AuditLog(clock);
        this.mutes = new Mutes(database, clock, ids, audit);
        this.outbox = new Outbox(mutes, ids, new Outbox.Memory(database, clock), config.webhooks());
        this.log = new EventLog(database, bus, clock, alongside());
        this.own =
                new OwnEvents(
                        log,
                        database,
                        ids,
                        new OwnEvents.Speaker(config.name(), UUID.randomUUID(), clock));
    }

    private EventLog.Alongside alongside() {
        EventLog.Alongside alerts = outbox::enqueue;
        return config.events()
                .baseline()
                .map(baseline -> alerts.and(new Sightings(baseline)))
                .orElse(alerts);
    }

    EventLog log() {
        return log;
    }

    /** What this gateway itself has to say. */
    OwnEvents own() {
        return own;
    }

    /** What works on the log; each runs on a virtual thread. */
    List<VerticleBase> verticles() {
        List<VerticleBase> all = new ArrayList<>();
        all.add(new TrailVerticle(database, own));
        all.add(new RetentionVerticle(log, config.events()));
        all.add(new IncidentVerticle(outbox));
        config.events()
                .baseline()
                .ifPresent(learned -> all.add(new BaselineVerticle(learned, database, ids, own)));
        SinkVerticle.Log happened = new SinkVerticle.Log(database, log, clock);
        for (GatewayConfig.Target target : config.webhooks().targets()) {
            all.add(new SinkVerticle(target, outbox, config.webhooks(), happened));
        }
        return all;
    }

    /** What the API gives access to. */
    Services.EventServices services() {
        return new Services.EventServices(
                log,
                new EventSearch(database),
                new Baselines(database, audit),
                new Services.Alerts(
                        outbox,
                        new DeadLetters(database, clock, audit),
                        mutes,
                        new MutePreview(new Outbox.Memory(database, clock), config.webhooks())));
    }
}
