/** Names of the next policy, asked before anybody needs them. */
@NullMarked
package io.fleetwall.node.dns.warm;

import org.jspecify.annotations.NullMarked;
