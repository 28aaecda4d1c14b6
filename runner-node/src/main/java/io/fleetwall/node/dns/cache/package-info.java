/** Answers in wire form, bounded by bytes, TTLs counted down. */
@NullMarked
package io.fleetwall.node.dns.cache;

import org.jspecify.annotations.NullMarked;
