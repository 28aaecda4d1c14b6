/** The node's DNS proxy: policy first, then cache, then upstream; kernel first, answer second. */
@NullMarked
package io.fleetwall.node.dns;

import org.jspecify.annotations.NullMarked;
