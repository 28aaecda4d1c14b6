/** What the gateway counts, for Prometheus. */
@NullMarked
package io.fleetwall.gateway.metric;

import org.jspecify.annotations.NullMarked;
