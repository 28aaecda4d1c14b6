@NullMarked
package io.fleetwall.protocol;

import org.jspecify.annotations.NullMarked;
