/** Numbers of the DNS proxy that are more than counters. */
@NullMarked
package io.fleetwall.node.dns.figure;

import org.jspecify.annotations.NullMarked;
