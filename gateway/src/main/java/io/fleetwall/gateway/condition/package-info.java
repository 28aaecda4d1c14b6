/** One small language to pick events with: in filters of sinks, in mutes, in searches. */
@NullMarked
package io.fleetwall.gateway.condition;

import org.jspecify.annotations.NullMarked;
