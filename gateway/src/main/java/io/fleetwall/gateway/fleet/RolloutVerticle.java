package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.protocol.event.EventKind;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how a revision goes out to the runners that this gateway knows: that it began, that nobody
 * is waited for any more, or that somebody is for too long. Runs on a virtual thread.
 */
public final class RolloutVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RolloutVerticle.class);
    private static final long TICK_MILLIS = 250;

    /** A gateway that starts finds the revision of long ago in its store: nothing goes out then. */
    private static final Duration RECENT = Duration.ofMinutes(1);

    /** Runners named in an event; the list of all has them all. */
    private static final int NAMED = 5;

    private final Fleet fleet;
    private final Rollouts rollouts;
    private final OwnEvents events;
    private final Manner manner;
    private Told told = new Told(0, Stage.DONE);

    /**
     * How it is told.
     *
     * @param patience after so long a rollout has stalled
     */
    public record Manner(Duration patience, InstantSource clock) {}

    private record Told(long revision, Stage stage) {}

    private enum Stage {
        UNDER_WAY,
        STALLED,
        DONE
    }

    /** Tells of a fleet's rollouts. */
    public RolloutVerticle(Fleet fleet, Rollouts rollouts, OwnEvents events, Manner manner) {
        this.fleet = fleet;
        this.rollouts = rollouts;
        this.events = events;
        this.manner = manner;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(TICK_MILLIS, timer -> tick());
        return Future.succeededFuture();
    }

    private void tick() {
        try {
            rollouts.newest().ifPresent(this::look);
        } catch (RuntimeException failed) {
            LOG.atError().setCause(failed).log("rollout not told; trying again");
        }
    }

    private void look(Rollouts.Newest newest) {
        if (newest.revision() > told.revision) {
            begin(newest);
        } else if (told.stage != Stage.DONE) {
            follow(newest);
        }
    }

    private void begin(Rollouts.Newest newest) {
        int runners = fleet.progress(newest.revision()).runners();
        boolean recent = newest.published().isAfter(manner.clock().instant().minus(RECENT));
        if (recent && runners > 0) {
            say(
                    EventKind.ROLLOUT_STARTED,
                    "revision " + newest.revision() + " goes out to " + runners + " runners");
        }
        told = new Told(newest.revision(), recent && runners > 0 ? Stage.UNDER_WAY : Stage.DONE);
    }

    private void follow(Rollouts.Newest newest) {
        Progress progress = fleet.progress(newest.revision());
        if (progress.done()) {
            finished(newest, progress);
            told = new Told(newest.revision(), Stage.DONE);
        } else if (told.stage == Stage.UNDER_WAY
                && newest.after().compareTo(manner.patience()) > 0) {
            stalled(newest, progress, fleet.runners());
            told = new Told(newest.revision(), Stage.STALLED);
        }
    }

    private void finished(Rollouts.Newest newest, Progress progress) {
        long millis =
                rollouts.timing(newest.revision())
                        .flatMap(Rollouts.Timing::last)
                        .orElse(newest.after())
                        .toMillis();
        say(
                EventKind.ROLLOUT_FINISHED,
                "revision %d is in force on %d of %d runners after %d ms; %d refused it, %d lost"
                        .formatted(
                                newest.revision(),
                                progress.applied(),
                                progress.runners(),
                                millis,
                                progress.refused(),
                                progress.lost()));
    }

    private void stalled(Rollouts.Newest newest, Progress progress, List<RunnerView> runners) {
        String names =
                runners.stream()
                        .filter(RunnerView::isBehind)
                        .limit(NAMED)
                        .map(view -> view.key().node() + "/" + view.key().runner())
                        .collect(Collectors.joining(", "));
        say(
                EventKind.ROLLOUT_STALLED,
                "revision %d is not answered by %d of %d runners after %d s: %s"
                        .formatted(
                                newest.revision(),
                                progress.pending(),
                                progress.runners(),
                                newest.after().toSeconds(),
                                names));
    }

    private void say(EventKind kind, String message) {
        events.say(OwnEvents.Fact.ofFleet(kind, message));
    }
}
