package io.fleetwall.gateway.api;

import io.fleetwall.gateway.event.EventJson;
import io.fleetwall.gateway.fleet.Fleet;
import io.fleetwall.gateway.fleet.PolicyMark;
import io.fleetwall.gateway.fleet.Progress;
import io.fleetwall.gateway.fleet.Rollouts;
import io.fleetwall.gateway.fleet.RunnerKey;
import io.fleetwall.gateway.fleet.RunnerView;
import io.fleetwall.protocol.message.Attestation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Runners, and how far a revision has come. */
final class FleetRoutes {
    /** A long poll holds a virtual thread and a connection; a client that wants more asks again. */
    private static final long LONGEST_WAIT_MILLIS = 60_000;

    private final Fleet fleet;
    private final Rollouts rollouts;

    FleetRoutes(Fleet fleet, Rollouts rollouts) {
        this.fleet = fleet;
        this.rollouts = rollouts;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.RUNNERS, this::runners);
        endpoints.serve(router, Operation.RUNNER, this::runner);
        endpoints.serve(router, Operation.ROLLOUT, this::rollout);
    }

    private Answer runners(Request request) {
        Page page = new Page(request, "runners", 1_000);
        RunnerFilter filter = new RunnerFilter(request);
        Optional<RunnerKey> after = page.after().map(FleetRoutes::key);
        return page.of(
                fleet.runners().stream()
                        .filter(view ->
                                after.filter(key -> key.compareTo(view.key()) >= 0).isEmpty())
                        .filter(filter::picks)
                        .limit(page.looked())
                        .toList(),
                view -> view.key().node() + "\n" + view.key().runner(),
                this::shown);
    }

    private static RunnerKey key(String text) {
        String[] parts = text.split("\n", -1);
        if (parts.length != 2) {
            throw Page.bad();
        }
        return new RunnerKey(parts[0], parts[1]);
    }

    private Answer runner(Request request) {
        RunnerKey key = new RunnerKey(request.path("node"), request.path("runner"));
        return fleet.find(key)
                .map(view -> Answer.ok(shown(view)))
                .orElseGet(() ->
                        Answer.notFound("Node " + key.node() + " has no runner " + key.runner()));
    }

    private Answer rollout(Request request) throws InterruptedException {
        long revision = Request.number("revision", request.path("revision"), Long.MAX_VALUE);
        if (request.query("wait").filter("applied"::equals).isPresent()) {
            long millis = request.number("timeoutMillis", 10_000, LONGEST_WAIT_MILLIS);
            boolean settled = fleet.await(() -> fleet.progress(revision).done(), millis);
            return Answer.ok(progress(revision).put("timedOut", !settled));
        }
        return Answer.ok(progress(revision));
    }

    private JsonObject progress(long revision) {
        Progress progress = fleet.progress(revision);
        JsonObject json =
                new JsonObject()
                        .put("revision", revision)
                        .put("runners", progress.runners())
                        .put("applied", progress.applied())
                        .put("refused", progress.refused())
                        .put("pending", progress.pending())
                        .put("lost", progress.lost())
                        .put("done", progress.done());
        rollouts.timing(revision)
                .ifPresent(timing -> {
                    json.put("publishedAt", timing.published().toString());
                    timing.first().ifPresent(t -> json.put("firstMillis", millis(t)));
                    timing.last().ifPresent(t -> json.put("lastMillis", millis(t)));
                });
        return json;
    }

    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e3) / 1e3;
    }

    private JsonObject shown(RunnerView view) {
        JsonObject json = json(view);
        fleet.attestation(view.key())
                .ifPresent(attestation -> json.put("attestation", json(attestation)));
        return json;
    }

    private static JsonObject json(Attestation attestation) {
        JsonObject json =
                new JsonObject()
                        .put("state", attestation.state().toString())
                        .put("at", attestation.at().toString());
        attestation
                .last()
                .ifPresent(finding ->
                        json.put("kind", finding.kind().text())
                                .put("foundAt", finding.at().toString())
                                .put("found", finding.text()));
        return json;
    }

    private static JsonObject json(RunnerView view) {
        JsonObject applied = json(view.applied().mark());
        if (view.applied().mark().revision() > 0) {
            applied.put("at", view.applied().at().toString())
                    .put("micros", view.applied().micros());
        }
        JsonObject json =
                new JsonObject()
                        .put("node", view.key().node())
                        .put("runner", view.key().runner())
                        .put("interface", view.interfaceName())
                        .put("labels", new JsonArray(List.copyOf(view.scope().labels())))
                        .put("desired", json(view.desired()))
                        .put("applied", applied)
                        .put("state", view.state().toString())
                        .put("lastSeen", view.contact().lastSeen().toString());
        view.scope().job().ifPresent(job -> json.put("job", EventJson.job(job)));
        if (!view.refusal().problem().isEmpty()) {
            json.put("problem", view.refusal().problem());
        }
        return json;
    }

    private static JsonObject json(PolicyMark mark) {
        return new JsonObject()
                .put("revision", mark.revision())
                .put("digest", mark.policy().toString());
    }
}
