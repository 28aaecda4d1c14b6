/** The DNS proxy of a whole runner node beside dnsdist and unbound. */
@NullMarked
package io.fleetwall.load.dns;

import org.jspecify.annotations.NullMarked;
