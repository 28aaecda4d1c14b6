/** How much a job may say to an allowed zone by asking for names in it (threat D3). */
@NullMarked
package io.fleetwall.node.dns.budget;

import org.jspecify.annotations.NullMarked;
