/** The nodes and runners: their link, what they should apply and what they have applied. */
@NullMarked
package io.fleetwall.gateway.fleet;

import org.jspecify.annotations.NullMarked;
