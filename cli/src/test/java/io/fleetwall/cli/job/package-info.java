/** Tests. */
@NullMarked
package io.fleetwall.cli.job;

import org.jspecify.annotations.NullMarked;
