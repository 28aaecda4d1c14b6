/** Addresses as 16 bytes: their canonical form, and which of them lie inside. */
@NullMarked
package io.fleetwall.node.dns.address;

import org.jspecify.annotations.NullMarked;
