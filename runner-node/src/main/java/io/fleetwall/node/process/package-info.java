/** Processes in words that may leave the node. */
@NullMarked
package io.fleetwall.node.process;

import org.jspecify.annotations.NullMarked;
