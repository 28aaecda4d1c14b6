package io.fleetwall.laboratory.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.laboratory.internet.Site;
import io.fleetwall.laboratory.job.Observation;

/** The job ends, and the gateway tells what it knows. */
final class Curtain {
    private final Stage stage;
    private final Fleet fleet;
    private final Timeline timeline;

    Curtain(Stage stage, Fleet fleet) {
        this.stage = stage;
        this.fleet = fleet;
        this.timeline = stage.timeline();
    }

    void play() {
        timeline.act("The job ends");
        Tool.Said finished = fleet.tool().run("job", "finish", "--runner", "a");
        timeline.expect(
                Expectation.that(
                        "the runner is back under its idle policy",
                        finished.well(),
                        finished.text()));
        Observation late = Stage.fetch(stage.jobA(), Site.REGISTRY);
        timeline.expect(
                Expectation.that(
                        "what the job left running reaches nothing",
                        !late.reached(),
                        Stage.shown(late)));
        JsonNode events =
                fleet.gateway()
                        .api()
                        .get("events?kind=flow.denied&limit=100")
                        .orElseGet(() -> fleet.gateway().api().object());
        boolean attributed = false;
        for (JsonNode event : events.path("events")) {
            attributed |= event.path("job").path("repository").asText().equals("acme/api-service");
        }
        timeline.expect(
                Expectation.that(
                        "the audit log names the job behind the denials",
                        attributed,
                        events.path("events").size() + " flow.denied events"));
    }
}
