/** Sockets on both sides: native epoll or NIO, UDP and TCP, one pair per runner. */
@NullMarked
package io.fleetwall.node.dns.listen;

import org.jspecify.annotations.NullMarked;
