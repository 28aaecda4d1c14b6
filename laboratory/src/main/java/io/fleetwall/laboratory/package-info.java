/** A small world in network namespaces: an internet, runners, and eyes on the wire between them. */
@NullMarked
package io.fleetwall.laboratory;

import org.jspecify.annotations.NullMarked;
