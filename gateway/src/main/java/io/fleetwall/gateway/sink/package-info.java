/** Alerts to the outside: outbox, aggregation, rendering, signing, delivery. */
@NullMarked
package io.fleetwall.gateway.sink;

import org.jspecify.annotations.NullMarked;
