/** Datagrams by the batch: what the JDK and Netty do with an object for each. */
@NullMarked
package io.fleetwall.bpf.socket;

import org.jspecify.annotations.NullMarked;
