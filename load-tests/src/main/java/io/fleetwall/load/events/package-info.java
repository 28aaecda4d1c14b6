/** What events cost, how soon they arrive, and whether any is lost on the way. */
@NullMarked
package io.fleetwall.load.events;

import org.jspecify.annotations.NullMarked;
