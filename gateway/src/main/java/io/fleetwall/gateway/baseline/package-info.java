/** Where each workflow's traffic usually goes, and what is new about it. */
@NullMarked
package io.fleetwall.gateway.baseline;

import org.jspecify.annotations.NullMarked;
