/** Benchmarks and simulators: every figure in the documentation comes from here. */
@NullMarked
package io.fleetwall.load;

import org.jspecify.annotations.NullMarked;
