/** What benchmarks found: series, lines with targets, sections, the report. */
@NullMarked
package io.fleetwall.load.result;

import org.jspecify.annotations.NullMarked;
