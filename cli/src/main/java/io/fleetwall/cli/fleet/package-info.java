/** Tools that look at the fleet. */
@NullMarked
package io.fleetwall.cli.fleet;

import org.jspecify.annotations.NullMarked;
