/** Who may do what: tokens. */
@NullMarked
package io.fleetwall.cli.access;

import org.jspecify.annotations.NullMarked;
