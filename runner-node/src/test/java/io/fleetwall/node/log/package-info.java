@NullMarked
package io.fleetwall.node.log;

import org.jspecify.annotations.NullMarked;
