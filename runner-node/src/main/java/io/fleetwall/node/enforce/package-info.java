/** From a signed policy to a kernel slot: checked, built beside, flipped, remembered. */
@NullMarked
package io.fleetwall.node.enforce;

import org.jspecify.annotations.NullMarked;
