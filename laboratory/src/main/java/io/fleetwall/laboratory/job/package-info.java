/** What a job on a runner does, allowed or not, and what it observed. */
@NullMarked
package io.fleetwall.laboratory.job;

import org.jspecify.annotations.NullMarked;
