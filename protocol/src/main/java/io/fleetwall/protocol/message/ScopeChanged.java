package io.fleetwall.protocol.message;

import io.fleetwall.policy.catalogue.Scope;

/** A job started or finished on a runner: its policy is chosen for another scope from now on. */
public record ScopeChanged(String runner, Scope scope) implements NodeMessage {}
