/**
 * How fast one revision reaches thousands of nodes, what that costs the gateway, and the same from
 * an xDS server. Simulated nodes have their own process and certificates; real ones have kernels.
 */
@NullMarked
package io.fleetwall.load.rollout;

import org.jspecify.annotations.NullMarked;
