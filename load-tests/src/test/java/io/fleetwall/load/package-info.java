@NullMarked
package io.fleetwall.load;

import org.jspecify.annotations.NullMarked;
