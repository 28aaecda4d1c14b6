/** Who may say which policy is in force. */
@NullMarked
package io.fleetwall.protocol.signature;

import org.jspecify.annotations.NullMarked;
