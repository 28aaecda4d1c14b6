package io.fleetwall.laboratory.demo;

import io.fleetwall.laboratory.internet.Site;
import io.fleetwall.laboratory.job.Observation;
import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.sniffer.Packet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A job begins under its policy, does its work, and its injected step gets nothing out. */
final class JobActs {
    /** A refusal is one round trip in this machine; the rest is for two busy cores. */
    private static final double AT_ONCE = 100;

    private static final double ALERTED = 5_000;

    private final Stage stage;
    private final Fleet fleet;
    private final SlackReceiver slack;
    private final Timeline timeline;

    JobActs(Stage stage, Fleet fleet, SlackReceiver slack) {
        this.stage = stage;
        this.fleet = fleet;
        this.slack = slack;
        this.timeline = stage.timeline();
    }

    void play() {
        idle();
        announce();
        List<Packet> before = stage.packetsToAttacker();
        long firstNanos = System.nanoTime();
        attack();
        timeline.expect(stage.nothingMoreThan(before));
        alert(firstNanos);
    }

    private void idle() {
        double millis = fleet.await("both runners in force", "b", Fleet::inForce);
        fleet.await("runner a in force", "a", Fleet::inForce);
        timeline.expect(
                Expectation.within(15_000, "node enrolled, both runners protected")
                        .took(millis, true, "program " + fleet.node().programs()));
        Observation early = Stage.fetch(stage.jobA(), Site.REGISTRY);
        timeline.expect(
                Expectation.within(AT_ONCE, "between jobs nothing is reachable")
                        .took(early.millis(), !early.reached(), Stage.shown(early)));
    }

    private void announce() {
        timeline.act("A job is announced: acme/api-service, build.yml, on runner a");
        Tool.Said started =
                fleet.tool()
                        .run(
                                "job",
                                "start",
                                "--runner",
                                "a",
                                "--repository",
                                "acme/api-service",
                                "--workflow",
                                "build.yml",
                                "--job",
                                "build",
                                "--ref",
                                "refs/heads/main",
                                "--run-id",
                                "4711",
                                "--actor",
                                "mallory");
        timeline.expect(
                Expectation.that(
                        "the hook returns once the policy is in force",
                        started.well(),
                        started.text()));
        Tool.Said other =
                fleet.tool()
                        .run(
                                "job",
                                "start",
                                "--runner",
                                "b",
                                "--repository",
                                "acme/web",
                                "--workflow",
                                "site.yml",
                                "--job",
                                "site",
                                "--run-id",
                                "4712");
        timeline.expect(
                Expectation.that(
                        "so it does for acme/web on runner b", other.well(), other.text()));
        for (Site site : List.of(Site.REGISTRY, Site.ARTIFACTS)) {
            Observation fetched = Stage.fetch(stage.jobA(), site);
            timeline.expect(
                    Expectation.within(2_000, "first step fetches from " + site.host())
                            .took(fetched.millis(), fetched.reached(), Stage.shown(fetched)));
        }
        Observation others = Stage.fetch(stage.jobB(), Site.ARTIFACTS);
        timeline.expect(
                Expectation.within(AT_ONCE, "the other repository's job may not")
                        .took(others.millis(), !others.reached(), Stage.shown(others)));
    }

    private void attack() {
        timeline.act("The injected step of a compromised action tries to send the secret");
        for (Attack attack : Attack.all(stage.secret())) {
            Observation observation = stage.jobA().perform(attack.action());
            timeline.expect(
                    Expectation.within(AT_ONCE, attack.name())
                            .took(
                                    observation.millis(),
                                    !observation.reached(),
                                    Stage.shown(observation)));
        }
    }

    private void alert(long firstNanos) {
        Await.until(Duration.ofMillis((long) ALERTED), () -> message().isPresent());
        Optional<SlackReceiver.Posted> message = message();
        double millis = message.map(m -> (m.nanos() - firstNanos) / 1e6).orElse(ALERTED);
        timeline.expect(
                Expectation.within(ALERTED, "a Slack message says what was blocked")
                        .took(
                                millis,
                                message.isPresent(),
                                message.map(SlackReceiver.Posted::text).orElse("none came")));
    }

    /** The first message that names the job and the attacker. */
    private Optional<SlackReceiver.Posted> message() {
        return slack.posted().stream()
                .filter(posted -> posted.body().contains("acme/api-service"))
                .filter(posted -> posted.body().contains(Stage.v4(Site.ATTACKER)))
                .findFirst();
    }
}
