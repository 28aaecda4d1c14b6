@NullMarked
package io.fleetwall.load.events;

import org.jspecify.annotations.NullMarked;
