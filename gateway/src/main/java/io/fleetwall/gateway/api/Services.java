package io.fleetwall.gateway.api;

import io.fleetwall.gateway.catalogue.Policies;
import io.fleetwall.gateway.cluster.ClusterMember;
import io.fleetwall.gateway.identity.Tokens;
import io.fleetwall.gateway.store.Database;

/** What the API gives access to. */
public record Services(Database database, ClusterMember member, Tokens tokens, Policies policies) {}
