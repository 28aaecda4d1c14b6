/** Tests of the commands about tokens. */
@NullMarked
package io.fleetwall.cli.access;

import org.jspecify.annotations.NullMarked;
