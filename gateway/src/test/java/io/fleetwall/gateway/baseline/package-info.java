@org.jspecify.annotations.NullMarked
package io.fleetwall.gateway.baseline;
