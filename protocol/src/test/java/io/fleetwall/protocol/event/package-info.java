@NullMarked
package io.fleetwall.protocol.event;

import org.jspecify.annotations.NullMarked;
