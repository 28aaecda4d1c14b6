/** How things are shown. */
@NullMarked
package io.fleetwall.cli.text;

import org.jspecify.annotations.NullMarked;
