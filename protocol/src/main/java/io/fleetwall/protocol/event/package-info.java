/** What happened on a node, as the fleet tells it. */
@NullMarked
package io.fleetwall.protocol.event;

import org.jspecify.annotations.NullMarked;
