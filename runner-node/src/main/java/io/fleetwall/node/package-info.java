/** The agent of one runner machine: it enforces, answers DNS, announces jobs, reports. */
@NullMarked
package io.fleetwall.node;

import org.jspecify.annotations.NullMarked;
