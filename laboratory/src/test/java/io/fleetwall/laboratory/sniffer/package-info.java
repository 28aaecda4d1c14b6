/** Tests. */
@NullMarked
package io.fleetwall.laboratory.sniffer;

import org.jspecify.annotations.NullMarked;
