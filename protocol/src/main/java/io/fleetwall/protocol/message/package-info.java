/** The sealed messages between node and gateway. */
@NullMarked
package io.fleetwall.protocol.message;

import org.jspecify.annotations.NullMarked;
