/** Tests. */
@NullMarked
package io.fleetwall.node.config;

import org.jspecify.annotations.NullMarked;
