/** The servers of the laboratory's internet, the attacker's among them. */
@NullMarked
package io.fleetwall.laboratory.internet;

import org.jspecify.annotations.NullMarked;
