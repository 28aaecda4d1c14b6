/** Tests. */
@NullMarked
package io.fleetwall.cli.fleet;

import org.jspecify.annotations.NullMarked;
