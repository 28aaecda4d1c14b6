package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.Addresses;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.Tuning;
import io.fleetwall.gateway.event.EventLog;
import io.fleetwall.gateway.store.Database;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers to one target: at least once, oldest first, a few at a time. Runs on a virtual thread,
 * so it may block. The event bus makes it fast; the look into the store makes it certain.
 */
public final class SinkVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SinkVerticle.class);

    /** Longer than a request can take, so that a living gateway never loses its lease. */
    private static final Duration LEASE = HttpTransport.TIMEOUT.multipliedBy(3);

    /** Leased together; one transaction for so many outcomes, as synced commits are dear. */
    private static final int REQUESTS_A_LANE = 32;

    /** Bounds what is sent twice when this gateway dies before it has written outcomes down. */
    private static final long ROUND_NANOS = 500_000_000L;

    /** How late a retry may be. */
    private static final long LOOK_MILLIS = 250;

    private final GatewayConfig.Target target;
    private final Deliveries deliveries;
    private final GatewayConfig.Webhooks config;
    private final InstantSource clock;
    private final Backoff backoff = new Backoff(RandomGenerator.getDefault());
    private final Breaker breaker = new Breaker(RandomGenerator.getDefault());
    private final Encoding encoding;
    private final EventStream stream;
    private @Nullable Transport transport;
    private boolean draining;
    private boolean again;

    /** Delivers to a target. */
    public SinkVerticle(
            GatewayConfig.Target target, Outbox outbox, GatewayConfig.Webhooks config, Log log) {
        this.target = target;
        this.deliveries = outbox.deliveries();
        this.config = config;
        this.clock = log.clock();
        this.encoding = new Encoding(target, config.links());
        this.stream =
                new EventStream(
                        target,
                        new EventStream.Source(log.database(), log.events(), log.clock()),
                        new Severities(config.severities()));
    }

    /** What has happened, and the clock that says when. */
    public record Log(Database database, EventLog events, InstantSource clock) {}

    @Override
    public Future<?> start() {
        TargetGuard guard = new TargetGuard(config.allowPrivateTargets());
        transport =
                switch (target.format()) {
                    case SYSLOG -> new SyslogTransport(target, guard);
                    case FILE -> new FileTransport(target, clock);
                    case SLACK, TEAMS, PAGERDUTY, GENERIC, SPLUNK, ELASTIC, OTLP ->
                            new HttpTransport(vertx, target, guard, clock);
                };
        if (streaming()) {
            stream.begin();
        }
        vertx.eventBus().localConsumer(Addresses.OUTBOX_DUE, due -> drain());
        vertx.eventBus().consumer(Addresses.EVENTS_STORED, stored -> drain());
        vertx.setPeriodic(LOOK_MILLIS, timer -> drain());
        return Future.succeededFuture();
    }

    private boolean streaming() {
        return target.tuning().pace().each() == Tuning.Each.EVENT;
    }

    /** Once more when something came in meanwhile; never twice at a time. */
    private void drain() {
        if (draining) {
            again = true;
            return;
        }
        draining = true;
        try {
            do {
                again = false;
                again |= alerts();
                again |= streaming() && events();
            } while (again);
        } catch (RuntimeException failed) {
            LOG.atError()
                    .addKeyValue("target", target.name())
                    .setCause(failed)
                    .log("outbox not readable; trying again");
        } finally {
            draining = false;
        }
    }

    /** Whether there may be more. */
    private boolean alerts() {
        int atOnce = target.tuning().pace().atOnce();
        int room = breaker.room(clock.millis(), atOnce);
        if (room == 0) {
            return false;
        }
        int requests = room < atOnce ? room : atOnce * REQUESTS_A_LANE;
        int most = requests * encoding.together();
        List<Due> due = deliveries.lease(target.name(), most, LEASE);
        if (due.isEmpty()) {
            return false;
        }
        long end = System.nanoTime() + ROUND_NANOS;
        Round round =
                new Round(
                        due,
                        encoding.together(),
                        this::send,
                        () ->
                                System.nanoTime() < end
                                        && breaker.room(clock.millis(), atOnce) == atOnce);
        try {
            round.run(room).await();
        } finally {
            deliveries.record(
                    round.tried().stream().flatMap(this::outcomes).toList(), round.untried());
        }
        return due.size() == most || !round.untried().isEmpty();
    }

    private Stream<Deliveries.Outcome> outcomes(Round.Tried tried) {
        return tried.due().stream().map(due -> outcome(due, tried.attempt()));
    }

    private Deliveries.Outcome outcome(Due due, Attempt attempt) {
        Backoff.Next next = backoff.after(due, attempt, clock.millis());
        if (!attempt.accepted()) {
            LOG.atWarn()
                    .addKeyValue("target", target.name())
                    .addKeyValue("delivery", due.id())
                    .addKeyValue("attempt", due.attempts())
                    .addKeyValue("outcome", attempt.outcome())
                    .addKeyValue("next", next)
                    .log("alert not delivered");
        }
        return new Deliveries.Outcome(due, attempt, next);
    }

    /** Whether there may be more. */
    private boolean events() {
        if (breaker.open(clock.millis())) {
            return false;
        }
        Optional<EventStream.Page> taken = stream.take(target.tuning().pace().batch(), LEASE);
        if (taken.isEmpty()) {
            return false;
        }
        EventStream.Page page = taken.get();
        if (page.due().isEmpty()) {
            stream.moved(page, List.of(), LEASE);
            return true;
        }
        List<Due> refused = new ArrayList<>();
        Optional<Attempt> failed = deliver(page.due(), refused);
        if (failed.isEmpty()) {
            stream.moved(page, refused, LEASE);
            return true;
        }
        Attempt attempt = failed.get();
        stream.later(backoff.pause(page.attempts() + 1, attempt), attempt);
        LOG.atWarn()
                .addKeyValue("target", target.name())
                .addKeyValue("events", page.due().size())
                .addKeyValue("attempt", page.attempts() + 1)
                .addKeyValue("outcome", attempt.outcome())
                .log("events not delivered; trying again");
        return false;
    }

    /** In halves when it is refused, until the event is found that the receiver does not take. */
    private Optional<Attempt> deliver(List<Due> events, List<Due> refused) {
        int most = encoding.together();
        if (events.size() > most) {
            Optional<Attempt> failed = deliver(events.subList(0, most), refused);
            return failed.isPresent()
                    ? failed
                    : deliver(events.subList(most, events.size()), refused);
        }
        Attempt attempt = send(events).await();
        return switch (attempt.result()) {
            case ACCEPTED -> Optional.empty();
            case FAILED -> Optional.of(attempt);
            case REFUSED -> {
                if (events.size() == 1) {
                    refused.addAll(events);
                    yield Optional.empty();
                }
                int half = events.size() / 2;
                Optional<Attempt> failed = deliver(events.subList(0, half), refused);
                yield failed.isPresent()
                        ? failed
                        : deliver(events.subList(half, events.size()), refused);
            }
        };
    }

    private Future<Attempt> send(List<Due> together) {
        return Objects.requireNonNull(transport)
                .send(together, encoding.of(together))
                .onSuccess(attempt -> breaker.heard(attempt, clock.millis()));
    }
}
