/** Tests. */
@NullMarked
package io.fleetwall.laboratory.dns;

import org.jspecify.annotations.NullMarked;
