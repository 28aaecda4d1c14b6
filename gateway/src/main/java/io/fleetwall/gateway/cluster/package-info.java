/** The gateways' common memory. The only package that knows Hazelcast. */
@NullMarked
package io.fleetwall.gateway.cluster;

import org.jspecify.annotations.NullMarked;
