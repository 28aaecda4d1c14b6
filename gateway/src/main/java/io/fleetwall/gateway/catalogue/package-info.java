/** Versioned policies: publish, roll back, watch a directory, and what is in force now. */
@NullMarked
package io.fleetwall.gateway.catalogue;

import org.jspecify.annotations.NullMarked;
