/** The nftables rules that bring runners' DNS to the node's proxy. */
@NullMarked
package io.fleetwall.node.redirect;

import org.jspecify.annotations.NullMarked;
