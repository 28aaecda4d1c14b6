/** The gateway's settings: read once, checked as a whole, immutable from then on. */
@NullMarked
package io.fleetwall.gateway.config;

import org.jspecify.annotations.NullMarked;
