package io.fleetwall.laboratory.demo;

import io.fleetwall.laboratory.internet.Site;
import io.fleetwall.laboratory.job.Action;
import io.fleetwall.laboratory.job.Observation;
import io.fleetwall.laboratory.job.StreamNumbers;
import io.fleetwall.laboratory.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The policy changes while the job's traffic flows; then the change is taken back. */
final class PolicyActs {
    /** What one machine must do easily; the fleet's own benchmark is stricter. */
    private static final double ENFORCED = 1_000;

    private static final double AT_ONCE = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Stage stage;
    private final Fleet fleet;
    private final Timeline timeline;
    private final Path file;

    PolicyActs(Stage stage, Fleet fleet) {
        this.stage = stage;
        this.fleet = fleet;
        this.timeline = stage.timeline();
        this.file = stage.directory().resolve("policies/acme-api-build.yaml");
    }

    void play() {
        long before = fleet.gateway().api().head();
        beginTraffic();
        revoke(before);
        brokenFile(before + 1);
        rollback(before);
    }

    private void beginTraffic() {
        timeline.act("A file under policies/ is edited while two downloads run");
        begin(new Action.Download("artifacts", "https://" + Site.ARTIFACTS.host() + "/stream"));
        begin(new Action.Download("mirror", "https://" + Site.MIRROR.host() + "/stream"));
        begin(new Action.Echo("echo", Stage.v4(Site.MIRROR), Site.ECHO_PORT));
        boolean flowing =
                Await.until(
                        PATIENCE,
                        () ->
                                received("artifacts") > 50
                                        && received("mirror") > 50
                                        && received("echo") > 50);
        timeline.expect(
                Expectation.that(
                        "two downloads and a numbered UDP echo run",
                        flowing,
                        received("artifacts")
                                + ", "
                                + received("mirror")
                                + ", "
                                + received("echo")));
    }

    private void begin(Action action) {
        Observation begun = stage.jobA().perform(action);
        if (!begun.reached()) {
            throw new IllegalStateException(action + " did not begin: " + begun);
        }
    }

    private void revoke(long before) {
        String revoked = "    - host: artifacts.acme.example\n      reason: \"build artifacts\"\n";
        long savedMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        DemoFiles.save(file, DemoFiles.read(file).replace(revoked, ""));
        double millis = fleet.await("revision " + (before + 1), "a", Fleet.applied(before + 1));
        timeline.expect(
                Expectation.within(ENFORCED, "file saved → acknowledged in the kernel")
                        .took(millis, true, "revision " + (before + 1)));
        Await.until(PATIENCE, () -> !look("artifacts").reached());
        Observation cut = look("artifacts");
        double cutMillis =
                cut.reached()
                        ? PATIENCE.toMillis()
                        : (cut.number(StreamNumbers.BROKE_AT_MICROS) - savedMicros) / 1_000.0;
        timeline.expect(
                Expectation.within(ENFORCED, "file saved → revoked download cut")
                        .took(cutMillis, !cut.reached(), Stage.shown(cut)));
        Observation again = Stage.fetch(stage.jobA(), Site.ARTIFACTS);
        timeline.expect(
                Expectation.within(AT_ONCE, "it cannot be fetched again")
                        .took(again.millis(), !again.reached(), Stage.shown(again)));
        othersFlow();
    }

    private void othersFlow() {
        Observation mirror = stop("mirror");
        timeline.expect(
                Expectation.that(
                        "the other download lost nothing",
                        mirror.error().isEmpty() && mirror.number(StreamNumbers.LOST) == 0,
                        "%d chunks, longest gap %.1f ms"
                                .formatted(
                                        mirror.number(StreamNumbers.RECEIVED),
                                        mirror.number(StreamNumbers.LONGEST_GAP_MICROS)
                                                / 1_000.0)));
        Observation echo = stop("echo");
        timeline.expect(
                Expectation.that(
                        "of the numbered datagrams none was lost",
                        echo.error().isEmpty() && echo.number(StreamNumbers.LOST) == 0,
                        echo.number(StreamNumbers.SENT)
                                + " sent, "
                                + echo.number(StreamNumbers.RECEIVED)
                                + " back"));
        stop("artifacts");
    }

    private void brokenFile(long running) {
        timeline.act("A broken policy file is saved");
        String sound = DemoFiles.read(file);
        DemoFiles.save(file, sound.replace("  mode: enforce", "  mode: enforced\n  alow: []"));
        boolean told =
                Await.until(
                        PATIENCE,
                        () ->
                                fleet.gateway()
                                        .api()
                                        .get("events?kind=policy.refused")
                                        .filter(events -> events.path("events").size() > 0)
                                        .isPresent());
        timeline.expect(Expectation.that("an event says that it was refused", told, ""));
        long head = fleet.gateway().api().head();
        timeline.expect(
                Expectation.that(
                        "the running revision stays", head == running, "revision " + head));
        Observation fetched = Stage.fetch(stage.jobA(), Site.REGISTRY);
        timeline.expect(
                Expectation.that("the job works on", fetched.reached(), Stage.shown(fetched)));
        DemoFiles.save(file, sound);
    }

    private void rollback(long to) {
        timeline.act("`fleetwall policy rollback " + to + "`");
        Tool.Said said = fleet.tool().run("policy", "rollback", Long.toString(to));
        timeline.expect(
                Expectation.that(
                        "published as a new revision and applied by all runners",
                        said.well(),
                        said.text().replace('\n', ' ')));
        Observation fetched = Stage.fetch(stage.jobA(), Site.ARTIFACTS);
        timeline.expect(
                Expectation.within(2_000, "what was revoked can be fetched again")
                        .took(fetched.millis(), fetched.reached(), Stage.shown(fetched)));
    }

    private long received(String stream) {
        return look(stream).number(StreamNumbers.RECEIVED);
    }

    private Observation look(String stream) {
        return stage.jobA().perform(new Action.Look(stream));
    }

    private Observation stop(String stream) {
        return stage.jobA().perform(new Action.Stop(stream));
    }
}
