/**
 * The proxy's own questions to resolvers: random id, port and case; fail-over; TCP on truncation.
 */
@NullMarked
package io.fleetwall.node.dns.upstream;

import org.jspecify.annotations.NullMarked;
