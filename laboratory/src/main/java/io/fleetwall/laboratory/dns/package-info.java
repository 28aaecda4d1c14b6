/** Just enough DNS to ask and to answer in the laboratory. */
@NullMarked
package io.fleetwall.laboratory.dns;

import org.jspecify.annotations.NullMarked;
