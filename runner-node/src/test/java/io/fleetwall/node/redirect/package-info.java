/** Tests. */
@NullMarked
package io.fleetwall.node.redirect;

import org.jspecify.annotations.NullMarked;
