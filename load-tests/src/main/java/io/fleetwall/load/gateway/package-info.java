/** The gateway as benchmarks speak to it. */
@NullMarked
package io.fleetwall.load.gateway;

import org.jspecify.annotations.NullMarked;
