/** Tests. */
@NullMarked
package io.fleetwall.cli.doctor;

import org.jspecify.annotations.NullMarked;
