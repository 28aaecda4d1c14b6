/** What this machine has, and lacks. */
@NullMarked
package io.fleetwall.cli.doctor;

import org.jspecify.annotations.NullMarked;
