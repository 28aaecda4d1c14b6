/** A PostgreSQL server for tests and benchmarks. */
@NullMarked
package io.fleetwall.laboratory.postgres;

import org.jspecify.annotations.NullMarked;
