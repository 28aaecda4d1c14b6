package io.fleetwall.gateway.baseline;

import io.fleetwall.gateway.event.StoredEvent;
import io.fleetwall.protocol.event.EventKind;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an event tells about a workflow: that a run of it began, or where its traffic went.
 *
 * @param run of the workflow; attempts of one are the same
 * @param event the parts of the event that a deviation tells again
 */
record Sighting(Workflow workflow, String run, JsonObject event) {
    /**
     * Every new connection that passes is told as allowed and every one that does not as denied, in
     * either mode. Refused names are told by themselves, and no traffic.
     */
    private static final Set<String> KINDS =
            Set.of(
                    EventKind.FLOW_ALLOWED.text(),
                    EventKind.FLOW_DENIED.text(),
                    EventKind.JOB_STARTED.text());

    private static final List<String> PARTS =
            List.of("received", "node", "runner", "labels", "job", "destination");

    /** What a stored event tells; empty when it has nothing to do with a workflow's traffic. */
    static Optional<Sighting> of(StoredEvent stored) {
        return KINDS.contains(stored.kind()) ? of(stored.body()) : Optional.empty();
    }

    /** From an event, or from what {@link #text} keeps of it. */
    static Optional<Sighting> of(JsonObject event) {
        return Workflow.of(event)
                .map(workflow ->
                        new Sighting(
                                workflow,
                                KeyText.of(event.getJsonObject("job").getString("runId", "")),
                                event));
    }

    /** What makes it equal to what was noted of the same run: names as they were told. */
    record Key(Place place, String verdict) {}

    Key key() {
        return new Key(Place.told(destination()), verdict());
    }

    /** Where it went; nowhere when a run began. */
    List<Place> places() {
        return Place.of(destination());
    }

    /** When a gateway stored it: no node can make up that. */
    Instant at() {
        return Instant.parse(event.getString("received"));
    }

    private JsonObject destination() {
        return event.getJsonObject("destination", new JsonObject());
    }

    /** What was decided: allowed, denied, would-deny; empty for a run that began. */
    String verdict() {
        JsonObject judgement = event.getJsonObject("judgement", new JsonObject());
        return event.getString("verdict", judgement.getString("verdict", ""));
    }

    /** To be read again by {@link #of(JsonObject)}. */
    String text() {
        JsonObject kept = new JsonObject().put("verdict", verdict());
        PARTS.stream()
                .filter(event::containsKey)
                .forEach(part -> kept.put(part, event.getValue(part)));
        return kept.encode();
    }
}
