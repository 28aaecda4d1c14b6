/** The node's one connection to its gateway, and the identity it speaks with. */
@NullMarked
package io.fleetwall.node.link;

import org.jspecify.annotations.NullMarked;
