/** What the agent's verticles say to each other, and at which addresses. */
@NullMarked
package io.fleetwall.node.bus;

import org.jspecify.annotations.NullMarked;
