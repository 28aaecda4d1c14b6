/** Child processes: short commands, and JVMs that live as long as their owner. */
@NullMarked
package io.fleetwall.laboratory.process;

import org.jspecify.annotations.NullMarked;
