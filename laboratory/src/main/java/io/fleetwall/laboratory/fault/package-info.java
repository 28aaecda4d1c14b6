/** What goes wrong with machines: disks without room, clocks that are off. */
@NullMarked
package io.fleetwall.laboratory.fault;

import org.jspecify.annotations.NullMarked;
