/** What stands in for the rest of the fleet in tests: its key, its gateway, its network. */
@NullMarked
package io.fleetwall.node.fleet;

import org.jspecify.annotations.NullMarked;
