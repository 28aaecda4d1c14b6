/** All policies at one revision, and what they yield for a scope. */
@NullMarked
package io.fleetwall.policy.catalogue;

import org.jspecify.annotations.NullMarked;
