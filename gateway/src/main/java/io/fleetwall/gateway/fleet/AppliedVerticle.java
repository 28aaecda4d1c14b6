package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Digest;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which revision came into force where, and how long after its publication: each runner by
 * itself while they are few, else all that got one policy together. Runs on a virtual thread.
 *
 * <p>Ten thousand events of one publish would cost the gateway more than the publish itself, and
 * each sink of all events again; that they have it is in the list of runners, one by one.
 */
public final class AppliedVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(AppliedVerticle.class);
    private static final long TICK_MILLIS = 250;

    /** Two milliseconds of CPU for a publish; a look at the events still shows each of them. */
    static final int ONE_BY_ONE = 100;

    /** Who is slower than this is told by itself. */
    private static final int MOST_TICKS = 20;

    private final Acknowledgements news;
    private final Function<PolicyMark, List<String>> names;
    private final Rollouts rollouts;
    private final OwnEvents events;
    private final Map<Policy, Group> groups = new LinkedHashMap<>();
    private final List<OwnEvents.Fact> unsaid = new ArrayList<>();

    private record Policy(long revision, Digest digest) {}

    /** Runners that got one policy of a revision, shortly after each other. */
    private static final class Group {
        private final List<RunnerView> first = new ArrayList<>();
        private RunnerView slowest;
        private int count;
        private int ticks;

        Group(RunnerView runner) {
            slowest = runner;
        }

        void add(RunnerView runner) {
            count++;
            if (first.size() < ONE_BY_ONE) {
                first.add(runner);
            }
            slowest = runner.applied().at().isBefore(slowest.applied().at()) ? slowest : runner;
        }
    }

    /**
     * Tells what comes into force in a fleet.
     *
     * @param names of the policies that make up what a runner has in force; none when unknown
     */
    public AppliedVerticle(
            Fleet fleet,
            Rollouts rollouts,
            Function<PolicyMark, List<String>> names,
            OwnEvents events) {
        this.news = fleet.news();
        this.rollouts = rollouts;
        this.names = names;
        this.events = events;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(TICK_MILLIS, timer -> tick());
        return Future.succeededFuture();
    }

    /** What nobody was added to for a tick is complete, as far as anybody can tell. */
    private void tick() {
        Set<Policy> growing = gather();
        groups.entrySet()
                .removeIf(entry -> {
                    Group group = entry.getValue();
                    group.ticks++;
                    boolean complete =
                            !growing.contains(entry.getKey()) || group.ticks > MOST_TICKS;
                    if (complete) {
                        unsaid.addAll(facts(group));
                    }
                    return complete;
                });
        try {
            events.say(unsaid);
            unsaid.clear();
        } catch (RuntimeException failed) {
            LOG.atError().setCause(failed).log("policies in force not told; trying again");
        }
    }

    private Set<Policy> gather() {
        Set<Policy> growing = new HashSet<>();
        for (RunnerView runner : news.take()) {
            PolicyMark mark = runner.applied().mark();
            Policy policy = new Policy(mark.revision(), mark.policy());
            groups.computeIfAbsent(policy, same -> new Group(runner)).add(runner);
            growing.add(policy);
        }
        return growing;
    }

    private List<OwnEvents.Fact> facts(Group group) {
        if (group.count <= ONE_BY_ONE) {
            return group.first.stream()
                    .sorted(Comparator.comparing(RunnerView::key))
                    .map(this::fact)
                    .toList();
        }
        RunnerView slowest = group.slowest;
        Optional<Duration> after = after(slowest);
        String last = ", the last of them " + slowest.key().node() + "/" + slowest.key().runner();
        return List.of(
                new OwnEvents.Fact(
                        EventKind.POLICY_APPLIED,
                        "",
                        "",
                        what(slowest) + " on " + group.count + " runners" + last + when(after),
                        detail(slowest, group.count, after)));
    }

    private OwnEvents.Fact fact(RunnerView runner) {
        Optional<Duration> after = after(runner);
        return new OwnEvents.Fact(
                EventKind.POLICY_APPLIED,
                runner.key().node(),
                runner.key().runner(),
                what(runner) + when(after),
                detail(runner, 1, after));
    }

    /** As an event of its publication that lasted until it was in force. */
    private static OwnEvents.Detail detail(
            RunnerView runner, long count, Optional<Duration> after) {
        Duration window = after.orElse(Duration.ZERO);
        return OwnEvents.Detail.over(runner.applied().at().minus(window), count, window);
    }

    private String what(RunnerView runner) {
        PolicyMark mark = runner.applied().mark();
        List<String> named = names.apply(mark);
        return "revision "
                + mark.revision()
                + " is in force as policy "
                + mark.policy().brief()
                + (named.isEmpty() ? "" : " (" + String.join(", ", named) + ")");
    }

    private static String when(Optional<Duration> after) {
        return after.map(time -> ", " + time.toMillis() + " ms after its publication").orElse("");
    }

    /** Empty when the revision was published before this gateway can remember. */
    private Optional<Duration> after(RunnerView runner) {
        Instant at = runner.applied().at();
        return rollouts.timing(runner.applied().mark().revision())
                .map(timing -> timing.published().until(at, ChronoUnit.MILLIS))
                .map(millis -> Duration.ofMillis(Math.max(0, millis)));
    }
}
