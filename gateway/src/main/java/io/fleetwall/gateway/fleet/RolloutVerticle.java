package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.gateway.event.StoredEvent;
import io.fleetwall.gateway.fleet.RolloutTable.Stage;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.EventKind;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how a revision goes out to the fleet: that it began, that nobody is waited for any more, or
 * that somebody is for too long. Runs on a virtual thread.
 *
 * <p>Each gateway writes down how far its own runners are, and the oldest of them adds that up. How
 * far it has been told is in the store and moves with the event, so whoever is the oldest next goes
 * on from there: each stage is told once, also when the gateway that published it is gone.
 */
public final class RolloutVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RolloutVerticle.class);
    private static final long TICK_MILLIS = 250;

    /** A store that never told any finds the revision of long ago: nothing goes out then. */
    private static final Duration RECENT = Duration.ofMinutes(1);

    /** A gateway that hears of it later is not waited for with the first word; nodes are. */
    private static final Duration HEARD = Duration.ofSeconds(5);

    /** Gateways hear of a revision one after the other, and name who is behind by then. */
    private static final Duration RECENTLY = Duration.ofSeconds(1);

    /** A node that has just changed its gateway may be in neither's share for two ticks. */
    private static final int SURE = 3;

    /** While answers come in, who is alone looks once a second: each look is at every runner. */
    private static final int TICKS_A_LOOK = 4;

    private final Here here;
    private final Rollouts rollouts;
    private final Telling telling;
    private final Manner manner;
    private Optional<RolloutShare> saved = Optional.empty();
    private long settled;
    private long seenChanges = -1;
    private long looked;
    private int passed;
    private int sure;

    /**
     * The runners of this gateway.
     *
     * @param changes how often anything of them has changed
     */
    public record Here(Supplier<List<RunnerView>> runners, LongSupplier changes) {}

    /** Where it is told. */
    public record Telling(Database database, OwnEvents events) {}

    /**
     * How it is told.
     *
     * @param patience after so long a rollout has stalled
     */
    public record Manner(Duration patience, InstantSource clock, Company company) {}

    /** Tells of a fleet's rollouts. */
    public RolloutVerticle(Here here, Rollouts rollouts, Telling telling, Manner manner) {
        this.here = here;
        this.rollouts = rollouts;
        this.telling = telling;
        this.manner = manner;
    }

    @Override
    public Future<?> start() {
        telling.database()
                .write(transaction -> {
                    RolloutTable.begin(transaction);
                    return true;
                });
        vertx.setPeriodic(TICK_MILLIS, timer -> tick());
        return Future.succeededFuture();
    }

    private void tick() {
        try {
            rollouts.newest()
                    .filter(newest -> newest.revision() > settled)
                    .filter(this::isDue)
                    .ifPresent(this::look);
        } catch (RuntimeException failed) {
            LOG.atError().setCause(failed).log("rollout not told; trying again");
        }
    }

    /** At once for a revision that was not looked at, and when nothing changes any more. */
    private boolean isDue(Rollouts.Newest newest) {
        long changes = here.changes().getAsLong();
        boolean moving = changes != seenChanges && looked == newest.revision();
        seenChanges = changes;
        passed++;
        if (moving && passed < TICKS_A_LOOK && manner.company().isAlone()) {
            return false;
        }
        passed = 0;
        looked = newest.revision();
        return true;
    }

    private void look(Rollouts.Newest newest) {
        if (isOver(newest, telling.database().read(RolloutTable::head))) {
            settled = newest.revision();
            return;
        }
        save(newest);
        Seen seen = telling.database().read(transaction -> Seen.of(transaction, newest));
        if (!isOver(newest, seen.head()) && manner.company().tells().getAsBoolean()) {
            Sum sum = Sum.of(newest.revision(), seen.shares(), manner.company().gateways().get());
            Optional<Step> next =
                    seen.head().revision() < newest.revision()
                            ? begin(newest, seen, sum)
                            : follow(newest, seen, sum);
            next.ifPresent(step -> take(newest, seen, step));
        }
    }

    /** What the store says. */
    private record Seen(RolloutTable.Head head, Map<String, RolloutShare> shares) {
        static Seen of(Transaction transaction, Rollouts.Newest newest) {
            return new Seen(
                    RolloutTable.head(transaction),
                    RolloutTable.shares(transaction, newest.revision()));
        }
    }

    private static boolean isOver(Rollouts.Newest newest, RolloutTable.Head head) {
        return head.revision() > newest.revision()
                || (head.revision() == newest.revision() && head.stage() == Stage.DONE);
    }

    /** Where the rollout stands next, and what is told of that; nothing when there is no kind. */
    private record Step(Stage stage, Optional<OwnEvents.Fact> fact) {
        static Step told(Stage stage, EventKind kind, String message) {
            return new Step(stage, Optional.of(OwnEvents.Fact.ofFleet(kind, message)));
        }
    }

    /** Unless another gateway was faster. */
    private void take(Rollouts.Newest newest, Seen seen, Step step) {
        List<StoredEvent> told =
                telling.database()
                        .write(transaction -> {
                            if (!RolloutTable.head(transaction).equals(seen.head())) {
                                return List.of();
                            }
                            RolloutTable.forgetBefore(transaction, newest.revision());
                            RolloutTable.move(
                                    transaction,
                                    new RolloutTable.Head(newest.revision(), step.stage()));
                            return telling.events()
                                    .append(transaction, step.fact().stream().toList());
                        });
        telling.events().announce(told);
    }

    private void save(Rollouts.Newest newest) {
        Duration slowest =
                rollouts.timing(newest.revision())
                        .flatMap(Rollouts.Timing::last)
                        .orElse(Duration.ZERO);
        boolean overdue = newest.after().compareTo(manner.patience().minus(RECENTLY)) > 0;
        List<RunnerView> mine = here.runners().get();
        RolloutShare share = RolloutShare.of(newest, slowest, mine);
        Optional<RolloutShare> next = Optional.of(overdue ? share.naming(mine) : share);
        if (!next.equals(saved)) {
            telling.database()
                    .write(transaction -> {
                        RolloutTable.save(transaction, manner.company().mine(), next.get());
                        return true;
                    });
            saved = next;
        }
    }

    /** The shares of those that take part, together; whether all of them are in. */
    private record Sum(RolloutShare share, boolean complete) {
        static Sum of(long revision, Map<String, RolloutShare> shares, Set<String> gateways) {
            RolloutShare sum =
                    gateways.stream()
                            .flatMap(gateway -> Optional.ofNullable(shares.get(gateway)).stream())
                            .reduce(RolloutShare.none(revision), RolloutShare::and);
            return new Sum(sum, shares.keySet().containsAll(gateways));
        }
    }

    private Optional<Step> begin(Rollouts.Newest newest, Seen seen, Sum sum) {
        int count = sum.share().progress().runners();
        boolean returning = count == 0 && known() > 0;
        Duration wait = returning ? manner.patience() : sum.complete() ? Duration.ZERO : HEARD;
        if (newest.after().compareTo(wait) < 0) {
            return Optional.empty();
        }
        boolean recent = newest.published().isAfter(manner.clock().instant().minus(RECENT));
        if (count == 0 || (seen.head().revision() == 0 && !recent)) {
            return Optional.of(new Step(Stage.DONE, Optional.empty()));
        }
        return Optional.of(
                Step.told(
                        Stage.UNDER_WAY,
                        EventKind.ROLLOUT_STARTED,
                        "revision " + newest.revision() + " goes out to " + count + " runners"));
    }

    private Optional<Step> follow(Rollouts.Newest newest, Seen seen, Sum sum) {
        boolean answered = sum.complete() && sum.share().progress().done();
        sure = answered && !manner.company().moving().getAsBoolean() ? sure + 1 : 0;
        if (sure >= SURE) {
            return Optional.of(
                    Step.told(
                            Stage.DONE,
                            EventKind.ROLLOUT_FINISHED,
                            finished(sum.share(), known())));
        }
        return seen.head().stage() == Stage.UNDER_WAY
                        && newest.after().compareTo(manner.patience()) > 0
                ? Optional.of(
                        Step.told(
                                Stage.STALLED,
                                EventKind.ROLLOUT_STALLED,
                                stalled(newest, sum.share())))
                : Optional.empty();
    }

    /** Runners in the store, which counts them one by one: not asked for at each tick. */
    private long known() {
        return telling.database().read(RolloutTable::runners);
    }

    /** Runners that no gateway has are lost. */
    private static String finished(RolloutShare sum, long known) {
        Progress progress = sum.progress();
        long away = Math.max(0, known - progress.runners());
        return "revision %d is in force on %d of %d runners after %d ms; %d refused it, %d lost"
                .formatted(
                        sum.revision(),
                        progress.applied(),
                        progress.runners() + away,
                        sum.slowest().toMillis(),
                        progress.refused(),
                        progress.lost() + away);
    }

    private static String stalled(Rollouts.Newest newest, RolloutShare sum) {
        return "revision %d is not answered by %d of %d runners after %d s: %s"
                .formatted(
                        newest.revision(),
                        sum.progress().pending(),
                        sum.progress().runners(),
                        newest.after().toSeconds(),
                        sum.names());
    }
}
