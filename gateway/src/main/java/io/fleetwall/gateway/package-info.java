/** The control plane of the fleet: one process, its graph and its settings. */
@NullMarked
package io.fleetwall.gateway;

import org.jspecify.annotations.NullMarked;
