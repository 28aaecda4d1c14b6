/** Tests. */
@NullMarked
package io.fleetwall.node.event;

import org.jspecify.annotations.NullMarked;
