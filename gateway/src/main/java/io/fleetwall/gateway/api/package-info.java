/** The HTTP API of operators and tools. */
@NullMarked
package io.fleetwall.gateway.api;

import org.jspecify.annotations.NullMarked;
