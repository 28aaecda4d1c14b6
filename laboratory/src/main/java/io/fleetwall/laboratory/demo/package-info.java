/** The main job, played from end to end. */
@NullMarked
package io.fleetwall.laboratory.demo;

import org.jspecify.annotations.NullMarked;
