/** Tests. */
@NullMarked
package io.fleetwall.node.enforce;

import org.jspecify.annotations.NullMarked;
