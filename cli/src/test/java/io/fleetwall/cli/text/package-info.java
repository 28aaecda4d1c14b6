/** Tests. */
@NullMarked
package io.fleetwall.cli.text;

import org.jspecify.annotations.NullMarked;
