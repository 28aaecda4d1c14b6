/** What the kernel part costs: a packet, a byte, a change of policy, a table. */
@NullMarked
package io.fleetwall.load.bpf;

import org.jspecify.annotations.NullMarked;
