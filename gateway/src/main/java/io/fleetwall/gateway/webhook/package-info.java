/** Alerts to the outside: outbox, aggregation, rendering, signing, delivery. */
@NullMarked
package io.fleetwall.gateway.webhook;

import org.jspecify.annotations.NullMarked;
