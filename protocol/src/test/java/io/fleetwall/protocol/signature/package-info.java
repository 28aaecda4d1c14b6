@NullMarked
package io.fleetwall.protocol.signature;

import org.jspecify.annotations.NullMarked;
