/** The live bypass suite: real attackers on one side, a sniffer on the other. */
@NullMarked
package io.fleetwall.node.bypass;

import org.jspecify.annotations.NullMarked;
