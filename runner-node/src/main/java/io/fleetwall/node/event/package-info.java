/** From kernel records to a spool on disk to acknowledged batches. */
@NullMarked
package io.fleetwall.node.event;

import org.jspecify.annotations.NullMarked;
