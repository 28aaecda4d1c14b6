/** Tests. */
@NullMarked
package io.fleetwall.cli.policy;

import org.jspecify.annotations.NullMarked;
