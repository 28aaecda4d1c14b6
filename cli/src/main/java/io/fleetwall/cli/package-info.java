/** The operator's tools. */
@NullMarked
package io.fleetwall.cli;

import org.jspecify.annotations.NullMarked;
