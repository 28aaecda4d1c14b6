/** Tests. */
@NullMarked
package io.fleetwall.node;

import org.jspecify.annotations.NullMarked;
