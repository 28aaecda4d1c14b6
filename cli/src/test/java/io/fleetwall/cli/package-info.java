/** Tests. */
@NullMarked
package io.fleetwall.cli;

import org.jspecify.annotations.NullMarked;
