/**
 * DNS messages as bytes (RFC 1035, 6891, 8914): one bounded cursor, names stay label bytes. Knows
 * no socket and no policy.
 */
@NullMarked
package io.fleetwall.node.dns.wire;

import org.jspecify.annotations.NullMarked;
