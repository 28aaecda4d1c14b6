/** Tests. */
@NullMarked
package io.fleetwall.laboratory;

import org.jspecify.annotations.NullMarked;
