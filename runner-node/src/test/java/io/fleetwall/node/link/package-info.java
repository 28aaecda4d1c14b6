/** Tests. */
@NullMarked
package io.fleetwall.node.link;

import org.jspecify.annotations.NullMarked;
