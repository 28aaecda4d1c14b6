/** Frames as the kernel sees them: the reference parser. */
@NullMarked
package io.fleetwall.policy.packet;

import org.jspecify.annotations.NullMarked;
