@NullMarked
package io.fleetwall.protocol.message;

import org.jspecify.annotations.NullMarked;
