/** Tests. */
@NullMarked
package io.fleetwall.laboratory.demo;

import org.jspecify.annotations.NullMarked;
