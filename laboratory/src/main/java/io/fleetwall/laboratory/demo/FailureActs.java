package io.fleetwall.laboratory.demo;

import io.fleetwall.laboratory.internet.Site;
import io.fleetwall.laboratory.job.Action;
import io.fleetwall.laboratory.job.Observation;
import io.fleetwall.laboratory.job.StreamNumbers;
import io.fleetwall.laboratory.sniffer.Packet;
import java.util.List;

/** The agent dies and comes back; the kernel never notices. */
final class FailureActs {
    private static final double AT_ONCE = 100;

    private final Stage stage;
    private final Fleet fleet;
    private final Timeline timeline;

    FailureActs(Stage stage, Fleet fleet) {
        this.stage = stage;
        this.fleet = fleet;
        this.timeline = stage.timeline();
    }

    void play() {
        List<Packet> before = stage.packetsToAttacker();
        String programs = fleet.node().programs();
        Stage.fetch(stage.jobA(), Site.MIRROR);
        kill();
        restart(programs);
        noGap(before);
    }

    private void kill() {
        timeline.act("The agent is killed (SIGKILL)");
        stage.jobA()
                .perform(
                        new Action.Probe(
                                "probe",
                                Stage.v4(Site.MIRROR),
                                Stage.v4(Site.ATTACKER),
                                Site.DROP_PORT));
        fleet.node().kill();
        timeline.expect(Expectation.that("it is dead", !fleet.node().alive(), ""));
        for (Attack attack : direct()) {
            Observation tried = stage.jobA().perform(attack.action());
            timeline.expect(
                    Expectation.within(AT_ONCE, "still blocked: " + attack.name())
                            .took(tried.millis(), !tried.reached(), Stage.shown(tried)));
        }
        Observation reached =
                stage.jobA()
                        .perform(
                                new Action.Send(
                                        Stage.v4(Site.MIRROR), Site.DROP_PORT, "still here"));
        timeline.expect(
                Expectation.that(
                        "what is allowed is still reachable by its address",
                        reached.reached(),
                        Stage.shown(reached)));
    }

    /** The attacks that need no DNS proxy to fail at once. */
    private List<Attack> direct() {
        return Attack.all(stage.secret()).stream()
                .filter(attack -> attack.name().startsWith("raw"))
                .toList();
    }

    private void restart(String programs) {
        timeline.act("It is started again");
        long start = System.nanoTime();
        fleet.node().restart();
        fleet.await("fetching by name", "a", runner -> Fleet.inForce(runner) && fetches());
        timeline.expect(
                Expectation.within(15_000, "it adopts what the kernel has, and serves again")
                        .took((System.nanoTime() - start) / 1e6, true, ""));
        String now = fleet.node().programs();
        timeline.expect(
                Expectation.that(
                        "the program is the same one", now.equals(programs), "program " + now));
    }

    private boolean fetches() {
        return Stage.fetch(stage.jobA(), Site.REGISTRY).reached();
    }

    private void noGap(List<Packet> before) {
        Observation probe = stage.jobA().perform(new Action.Stop("probe"));
        long failed = probe.number(StreamNumbers.ALLOWED_FAILED);
        timeline.expect(
                Expectation.that(
                        "no allowed connection failed meanwhile",
                        failed == 0 && probe.number(StreamNumbers.ALLOWED_PASSED) > 0,
                        probe.number(StreamNumbers.ALLOWED_PASSED)
                                + " passed"
                                + (failed == 0 ? "" : ", " + failed + " " + probe.error())));
        timeline.expect(
                Expectation.that(
                        "no denied connection passed meanwhile",
                        probe.number(StreamNumbers.DENIED_PASSED) == 0
                                && probe.number(StreamNumbers.DENIED_STOPPED) > 0,
                        probe.number(StreamNumbers.DENIED_STOPPED) + " stopped"));
        timeline.expect(stage.nothingMoreThan(before));
    }
}
