@NullMarked
package io.fleetwall.protocol.wire;

import org.jspecify.annotations.NullMarked;
