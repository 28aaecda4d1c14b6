package io.fleetwall.gateway.fleet;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far a revision has come with the runners of one gateway, or of several.
 *
 * @param slowest from when it took force in the gateway to the last acknowledgement
 * @param behind some of those that have not answered
 */
record RolloutShare(long revision, Progress progress, Duration slowest, List<String> behind) {
    /** Runners named in an event; the list of all has them all. */
    private static final int NAMED = 5;

    RolloutShare {
        behind = List.copyOf(behind);
    }

    /** That of these runners. */
    static RolloutShare of(Rollouts.Newest newest, Duration slowest, List<RunnerView> runners) {
        return new RolloutShare(
                newest.revision(), Progress.of(newest.revision(), runners), slowest, List.of());
    }

    /** With the names of some that have not answered. */
    RolloutShare naming(List<RunnerView> runners) {
        return new RolloutShare(
                revision,
                progress,
                slowest,
                runners.stream()
                        .filter(view -> Progress.awaits(revision, view))
                        .limit(NAMED)
                        .map(view -> view.key().node() + "/" + view.key().runner())
                        .toList());
    }

    /** Nobody's. */
    static RolloutShare none(long revision) {
        return new RolloutShare(revision, new Progress(0, 0, 0, 0), Duration.ZERO, List.of());
    }

    /** This and another one of the same revision. */
    RolloutShare and(RolloutShare other) {
        Progress mine = progress;
        Progress theirs = other.progress;
        return new RolloutShare(
                revision,
                new Progress(
                        mine.runners() + theirs.runners(),
                        mine.applied() + theirs.applied(),
                        mine.refused() + theirs.refused(),
                        mine.lost() + theirs.lost()),
                slowest.compareTo(other.slowest) > 0 ? slowest : other.slowest,
                Stream.concat(behind.stream(), other.behind.stream()).limit(NAMED).toList());
    }

    String names() {
        return behind.stream().collect(Collectors.joining(", "));
    }
}
