/** Whether the node protects, and its numbers, on loopback. */
@NullMarked
package io.fleetwall.node.health;

import org.jspecify.annotations.NullMarked;
