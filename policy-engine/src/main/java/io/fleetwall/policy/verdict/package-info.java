/** The reference verdict: what the BPF program must answer, and why. */
@NullMarked
package io.fleetwall.policy.verdict;

import org.jspecify.annotations.NullMarked;
