package io.fleetwall.policy.verdict;

/** A reason, the rule behind it or 0, and the state after. */
record Decision(Reason reason, int rule, PlaneState after) {}
