/** Files that a power cut leaves either old or new. */
@NullMarked
package io.fleetwall.node.state;

import org.jspecify.annotations.NullMarked;
