package io.fleetwall.node.dns;

import io.fleetwall.node.dns.budget.ZoneBudgets;

/** What a runner's desks remember together, whichever worker a question comes to. */
record RunnerMemory(KnownNames names, ZoneBudgets budgets) {}
