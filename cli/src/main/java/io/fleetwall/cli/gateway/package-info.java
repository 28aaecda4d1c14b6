/** The gateway's API as the tools use it. */
@NullMarked
package io.fleetwall.cli.gateway;

import org.jspecify.annotations.NullMarked;
