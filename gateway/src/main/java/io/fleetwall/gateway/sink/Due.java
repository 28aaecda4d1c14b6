package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonObject;

/**
 * Something that is to be delivered now: an alert of an incident, or one event of a stream.
 *
 * @param id the same at every attempt
 * @param event the first event of the incident, with its severity
 * @param occurrences how many packets or questions the alert stands for
 * @param attempts made so far
 */
record Due(
        String id,
        String target,
        JsonObject event,
        Incident incident,
        long occurrences,
        long createdMillis,
        int attempts) {}
