/** Bytes of messages: one bounded cursor, one codec. */
@NullMarked
package io.fleetwall.protocol.wire;

import org.jspecify.annotations.NullMarked;
