/** Events of the fleet: stored once, then acknowledged, then published on the event bus. */
@NullMarked
package io.fleetwall.gateway.event;

import org.jspecify.annotations.NullMarked;
