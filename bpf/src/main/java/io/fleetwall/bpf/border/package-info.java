/** The one way from Java into C. */
@NullMarked
package io.fleetwall.bpf.border;

import org.jspecify.annotations.NullMarked;
