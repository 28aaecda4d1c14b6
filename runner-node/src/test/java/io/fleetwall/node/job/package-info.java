/** Tests. */
@NullMarked
package io.fleetwall.node.job;

import org.jspecify.annotations.NullMarked;
