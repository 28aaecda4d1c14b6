/** The data plane on the real kernel, in namespaces of its own. */
@NullMarked
package io.fleetwall.bpf.socket;

import org.jspecify.annotations.NullMarked;
