/** Tests of processes in events. */
@NullMarked
package io.fleetwall.node.process;

import org.jspecify.annotations.NullMarked;
