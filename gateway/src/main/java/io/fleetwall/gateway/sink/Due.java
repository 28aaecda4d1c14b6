package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonObject;

/**
 * An alert that is to be delivered now.
 *
 * @param id the same at every attempt
 * @param event the first event of the incident
 * @param occurrences how many packets or questions the alert stands for
 * @param attempts made so far
 */
record Due(
        String id,
        String target,
        JsonObject event,
        long occurrences,
        long createdMillis,
        int attempts) {}
